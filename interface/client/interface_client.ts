import type { Body, BodyInput } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type {
  ServiceDeclaration,
  ServiceDeclarations,
  StreamDeclarations,
} from "../declare/declaration.ts";
import type { RequestOptions } from "../../peer/requests/request_options.ts";
import { receivedError } from "../errors/received_error.ts";
import { type CallOptions, requestOptions } from "./call_options.ts";
import { decodeResponse, encodeRequest } from "./call_bodies.ts";
import { namedError } from "./named_error.ts";
import {
  hasUpdates,
  type InterfaceCodec,
  type ServiceCodec,
} from "../codecs/interface_codec.ts";
import type { AnyCall } from "../intercept/interceptor.ts";
import type { UntypedInterceptor } from "../intercept/run_interceptors.ts";
import {
  type ClientCallScope,
  interceptCall,
  interceptRequest,
} from "./intercept_calls.ts";
import type { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";
import { argumentsOf } from "../messages/send_methods.ts";
import type { SentRequestSource } from "./sent_request_source.ts";
import { TypedSentRequest } from "./typed_sent_request.ts";
import {
  type ReceivedStream,
  receiveStream,
  type SubscribingPeer,
} from "../streams/received_stream.ts";
import { sendStream, type StreamSender } from "../streams/send_stream.ts";
import type { IsFromServer } from "../declare/stream_types.ts";
import type {
  BodyOut,
  HasUpdates,
  MessageSchema,
  RequestSchema,
  ResponseSchema,
  SendArgs,
} from "../declare/body_types.ts";

/**
 * What a service is on a client: one call that gives the response, or, where the
 * service has updates, a handle for them and the response.
 */
export type ServiceMethod<D extends ServiceDeclaration> = (
  ...args: SendArgs<RequestSchema<D>, CallOptions>
) => Promise<
  HasUpdates<D> extends true ? TypedSentRequest<D>
    : BodyOut<ResponseSchema<D>>
>;

/** What a stream is on a client: sent by it, or received from the server. */
export type ClientStream<S, FromServer extends boolean> = FromServer extends
  true ? ReceivedStream<S> : StreamMethod<S>;

/**
 * What a stream message of the client is on it: it resolves when the body is no
 * longer needed.
 */
export type StreamMethod<S> = (
  ...args: SendArgs<S, SignalOptions>
) => Promise<void>;

/**
 * A client of an interface: a method for each service and each stream message.
 * Each takes the body, if there is one, and options: those of services are
 * {@linkcode CallOptions}, those of streams of the client `{ signal }`; that of a
 * stream of the server subscribes to it: see {@linkcode ReceivedStream}. It owns
 * nothing: close the peer or the link that it is made of.
 *
 * What the methods throw, as rejections:
 *
 * - {@linkcode RpcError} `encode-failed` if the body can't be encoded;
 *   `remote-error` with the text and the reason of an error response, which is a
 *   {@linkcode DeclaredError} if the interface declares it; `decode-failed` if the
 *   response, or the body of a declared error, is invalid
 *   ({@linkcode InvalidMessageError}). The connection stays usable.
 * - `deadline-exceeded` when the `timeout` is over, by the clock of either side.
 * - What `sendRequest`, `call` and `sendStream` of the peer throw, with the name of
 *   what was called before the message, as in `Camera.record: ...`. The error of the
 *   peer is the cause.
 *
 * `service` of each of them is that name too, but for `encode-failed`, and for
 * `decode-failed` where the response is invalid.
 */
export type InterfaceClient<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
> =
  & { readonly [K in keyof S]: ServiceMethod<S[K]> }
  & {
    readonly [K in keyof T]: ClientStream<
      MessageSchema<T[K]>,
      IsFromServer<T[K]>
    >;
  };

/** What a client needs of a peer. */
export interface ClientPeer extends SubscribingPeer, StreamSender {
  call(
    serviceId: number,
    body: BodyInput,
    options?: RequestOptions<Body>,
  ): Promise<Message<Body>>;
  sendRequest(
    serviceId: number,
    body: BodyInput,
    options?: RequestOptions<Body>,
  ): Promise<SentRequestSource>;
}

/** Where the methods of a client find what they work with. */
const STATE = Symbol("state");

interface ClientState {
  readonly peer: ClientPeer;
  readonly reporter: InvalidMessageReporter;
  /** The interceptors of the calls of services, the outermost first. */
  readonly interceptors: readonly UntypedInterceptor[];
}

interface WithState {
  readonly [STATE]: ClientState;
}

/** Makes the methods that all clients of a codec share. */
export function clientPrototype(codec: InterfaceCodec): object {
  const methods = Object.create(null);
  const define = (
    name: string,
    method: (state: ClientState) => unknown,
  ): void => {
    // A getter, so that the method works without the client.
    Object.defineProperty(methods, name, {
      get(this: WithState) {
        return method(this[STATE]);
      },
      enumerable: true,
    });
  };
  for (const service of codec.services.values()) {
    const start = hasUpdates(service) ? request : call;
    define(
      service.name,
      (state) => (...args: unknown[]) => start(service, state, args),
    );
  }
  for (const stream of codec.streams.byName.values()) {
    define(
      stream.name,
      ({ peer }) => (...args: unknown[]) => sendStream(stream, peer, args),
    );
  }
  for (const stream of codec.serverStreams.byName.values()) {
    define(
      stream.name,
      ({ peer, reporter }) => receiveStream(stream, peer, reporter),
    );
  }
  return methods;
}

/** Makes a client. */
export function makeClient(prototype: object, state: ClientState): object {
  return Object.create(prototype, { [STATE]: { value: state } });
}

function call(
  service: ServiceCodec,
  state: ClientState,
  args: unknown[],
): Promise<unknown> {
  if (state.interceptors.length === 0) return sendCall(service, state, args);
  return interceptCall(
    scopeOf(service, state),
    args,
    (args) => sendCall(service, state, args),
  );
}

// Not an async function, which would make one more promise and take one more turn
// of the microtasks.
function sendCall(
  service: ServiceCodec,
  { peer }: ClientState,
  args: unknown[],
): Promise<unknown> {
  try {
    const { id, request, response } = service;
    const [value, options] = argumentsOf(request, args);
    const body = encodeRequest(request, value);
    return peer.call(id, body, requestOptions(service, options)).then(
      (message) => decodeResponse(response, message),
      async (error) => {
        throw await receivedError(error, service, options);
      },
    );
  } catch (error) {
    return Promise.reject(error);
  }
}

function request(
  service: ServiceCodec,
  state: ClientState,
  args: unknown[],
): Promise<unknown> {
  const { reporter, interceptors } = state;
  if (interceptors.length > 0) return interceptedRequest(service, state, args);
  return sendRequest(
    service,
    state,
    args,
    (sent) => new TypedSentRequest(sent, service, reporter),
  );
}

async function interceptedRequest(
  service: ServiceCodec,
  state: ClientState,
  args: unknown[],
): Promise<unknown> {
  const intercepted = await interceptRequest(
    scopeOf(service, state),
    args,
    (args) => sendRequest(service, state, args, (sent) => sent),
  );
  const { source } = intercepted;
  return new TypedSentRequest(source, service, state.reporter, intercepted);
}

function scopeOf(
  service: ServiceCodec,
  { peer, interceptors }: ClientState,
): ClientCallScope {
  // The types of a client are those of the handle that it was made of.
  return { service, interceptors, peer: peer as unknown as AnyCall["peer"] };
}

async function sendRequest<T>(
  service: ServiceCodec,
  { peer }: ClientState,
  args: unknown[],
  use: (sent: SentRequestSource) => T,
): Promise<T> {
  const { id, fullName, request } = service;
  const [value, options] = argumentsOf(request, args);
  const body = encodeRequest(request, value);
  let sent: SentRequestSource;
  try {
    sent = await peer.sendRequest(id, body, requestOptions(service, options));
  } catch (error) {
    throw namedError(error, fullName, options);
  }
  return use(sent);
}
