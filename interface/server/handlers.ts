import type { Body } from "../../protocol/body.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { UpdatesOptions } from "../../peer/handles/updates_options.ts";
import type {
  MessageDeclarations,
  ServiceDeclaration,
  ServiceDeclarations,
} from "../declare/declaration.ts";
import type { Senders } from "../messages/send_methods.ts";
import type {
  BodyIn,
  BodyOut,
  MessageSchema,
  ReceivedUpdate,
  RequestSchema,
  RequestUpdatesOf,
  RequiredBody,
  ResponseSchema,
  ResponseUpdatesOf,
  YieldedUpdate,
} from "../declare/body_types.ts";
import type { StandardSchema } from "../declare/standard_schema.ts";
import type { ClientStreams } from "../declare/stream_types.ts";

/** What all handlers are given of the connection. */
export interface HandlerContext<B extends Body = Body, I = unknown> {
  /**
   * Fires when the connection begins to drain, for work that has no end of its own: it
   * is to end itself then. See `PeerHandle.drain`.
   */
  readonly draining: AbortSignal;
  /**
   * Calls the other side, as in `Display.client(context.peer)`: the same handle
   * for all messages of a connection, so that it can be the key of what belongs
   * to that. It keeps nothing open, and its dispose does nothing.
   */
  readonly peer: PeerWriteHandle<B, I>;
  /** What is known of the connection: addresses or credentials. */
  readonly info: I;
}

/** What a handler is given besides the body: the request, but for its response. */
export interface HandlerRequest<
  D extends ServiceDeclaration,
  B extends Body = Body,
  I = unknown,
> extends HandlerContext<B, I> {
  /** The id on the wire, chosen by the other side. */
  readonly requestId: number;
  /** The id of the service. */
  readonly serviceId: number;
  /**
   * Fires when the work is to stop: the other side has cancelled the request, its time
   * is up, or the connection has ended. With extensions it has been answered then, and
   * what the handler gives is dropped; after an update that is declared with
   * `cancels: true` the handler still answers. Never after the answer.
   */
  readonly signal: AbortSignal;
  /**
   * What the other side has sent with the request besides its body; empty without
   * extensions, of the interface or of the connection. Frozen.
   */
  readonly metadata: Readonly<Record<string, string>>;
  /** Sends updates: a method for each, by its name. Yielding them does the same. */
  readonly send: Senders<ResponseUpdatesOf<D>>;
  /**
   * The updates of the other side until the request is answered or the connection
   * has ended; see `TypedReceivedRequest.updates`.
   */
  updates(
    options?: UpdatesOptions,
  ): AsyncIterableIterator<ReceivedUpdate<RequestUpdatesOf<D>>>;
}

/** What a handler gives as the response; nothing, if there is no body. */
export type ResponseIn<S> = S extends StandardSchema ? BodyIn<S> : void;

/**
 * What a handler may return: the response or, where the service has response
 * updates, an async generator that yields them and returns the response; or a
 * promise of either.
 */
export type HandlerResult<D extends ServiceDeclaration> = OrPromised<
  HandlerOutcome<D>
>;

/** What a handler gives in the end: the response, or a generator where there are updates. */
export type HandlerOutcome<D extends ServiceDeclaration> = OutcomeOf<
  ResponseUpdatesOf<D>,
  ResponseIn<ResponseSchema<D>>
>;

// The compiler makes a type twice where the whole of an alias is another generic type
// whose arguments are aliases, so these are put together of parameters.

/** @internal What a handler gives in the end, by the updates and the response. */
export type OutcomeOf<U, R> = [keyof U] extends [never] ? R
  : ResponseOrYielding<YieldedUpdate<U>, R>;

/** @internal A response, or a generator that yields updates and returns it. */
export type ResponseOrYielding<Y, R> = R | AsyncGenerator<Y, R, void>;

/** An async generator that yields updates and returns the response. */
export type YieldingResult<D extends ServiceDeclaration> = AsyncGenerator<
  YieldedUpdate<ResponseUpdatesOf<D>>,
  ResponseIn<ResponseSchema<D>>,
  void
>;

/** @internal A value, or a promise of it. */
export type OrPromised<T> = T | PromiseLike<T>;

/**
 * Answers the requests of a service. What it returns is the response, what it
 * yields an update, and what it throws an error response: one that the interface
 * declares, such as `new Camera.errors.busy({ until: 12 })`, with its body; of anything
 * else the message, and `onError` gets it.
 */
export type ServiceHandler<
  D extends ServiceDeclaration,
  B extends Body = Body,
  I = unknown,
> = (
  body: BodyOut<RequestSchema<D>>,
  request: HandlerRequest<D, B, I>,
) => HandlerResult<D>;

/** Takes stream messages of one name. */
export type StreamMessageHandler<S, B extends Body = Body, I = unknown> = (
  body: BodyOut<S>,
  context: StreamContext<B, I>,
) => void | PromiseLike<void>;

/** What a handler of stream messages is given besides the body. */
export interface StreamContext<B extends Body = Body, I = unknown>
  extends HandlerContext<B, I> {
  /** Aborted when the connection ends, or the other side has ended its half. */
  readonly signal: AbortSignal;
}

/**
 * A handler for each service and each stream message of the client, by its name.
 * `I` is what they know of a connection as `info`, `B` the body that it carries.
 */
export type Handlers<
  S extends ServiceDeclarations,
  T extends MessageDeclarations,
  I = unknown,
  B extends Body = RequiredBody<S, T>,
> =
  & { readonly [K in keyof S]: ServiceHandler<S[K], B, I> }
  & {
    readonly [K in keyof ClientStreams<T>]: StreamMessageHandler<
      MessageSchema<T[K]>,
      B,
      I
    >;
  };
