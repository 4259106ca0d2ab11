import type { Format } from "../formats/format.ts";
import type { StandardSchema } from "./standard_schema.ts";

/**
 * What describes a body: any Standard Schema (zod, valibot, arktype and others),
 * or one of `body<T>()`, `bytes` and `peerBody<B>()`.
 */
export type BodySchema<In = unknown, Out = In> = StandardSchema<In, Out>;

/** What services, updates and streams have in common. */
export interface ItemDeclaration {
  /** What it has on the wire: an integer from -2147483648 to 2147483647, but not -1. */
  readonly id: number;
  /** What it is for; Markdown. */
  readonly doc?: string | undefined;
  /** Whether descriptions leave it out, unless asked for. Default: false. */
  readonly hidden?: boolean | undefined;
}

/** A stream message or an update. */
export interface MessageDeclaration extends ItemDeclaration {
  /** Its body. Default: nothing. */
  readonly body?: BodySchema | undefined;
}

/** A stream message. */
export interface StreamDeclaration extends MessageDeclaration {
  /**
   * Who sends it. The client receives those of the server by subscribing to them.
   * Default: the client.
   */
  readonly from?: "client" | "server" | undefined;
}

/** Stream messages by name. Their ids are unique among themselves, in both directions. */
export interface StreamDeclarations {
  /** A stream message. */
  readonly [name: string]: StreamDeclaration;
}

/** Stream messages or updates by name. Their ids are unique among themselves. */
export interface MessageDeclarations {
  /** A stream message or an update. */
  readonly [name: string]: MessageDeclaration;
}

/** An update of the requester. */
export interface RequestUpdateDeclaration extends MessageDeclaration {
  /**
   * Whether it cancels the request, where the other side can't be told otherwise: see
   * `extensions` of an interface. A client sends it when the signal of the call fires,
   * its time is up, or the request is disposed before the response. At a server it
   * fires the signal of the request, and is delivered; the handler still answers. One
   * per service, without a body. Default: false.
   */
  readonly cancels?: boolean | undefined;
}

/** Updates of the requester by name. Their ids are unique among themselves. */
export interface RequestUpdateDeclarations {
  /** An update. */
  readonly [name: string]: RequestUpdateDeclaration;
}

/** An error that a service answers with, which a program can act on. */
export interface ErrorDeclaration {
  /**
   * What it says besides its message: sent as JSON, whatever the format of the
   * interface. Default: nothing.
   */
  readonly body?: BodySchema | undefined;
  /** When a service answers with it; Markdown. */
  readonly doc?: string | undefined;
  /** Whether descriptions leave it out, unless asked for. Default: false. */
  readonly hidden?: boolean | undefined;
}

/** Errors by name: letters and digits that begin with a small letter. */
export interface ErrorDeclarations {
  /** An error. */
  readonly [name: string]: ErrorDeclaration;
}

/** A service: a request, a response, and updates in both directions. */
export interface ServiceDeclaration extends ItemDeclaration {
  /** The body of the request. Default: nothing. */
  readonly request?: BodySchema | undefined;
  /** The body of the response. Default: nothing. */
  readonly response?: BodySchema | undefined;
  /** What the requester may send while the request is open. Default: nothing. */
  readonly requestUpdates?: RequestUpdateDeclarations | undefined;
  /** What the responder may send while the request is open. Default: nothing. */
  readonly responseUpdates?: MessageDeclarations | undefined;
  /** What it answers with besides the errors of the interface. Default: nothing. */
  readonly errors?: ErrorDeclarations | undefined;
  /**
   * Whether its requests have no end of their own, such as those that watch something.
   * A server that drains cancels them at once: their signals fire, and they are
   * answered `canceled`. Only for services with updates. Default: false.
   */
  readonly endless?: boolean | undefined;
  /**
   * Whether it does no harm when a request runs twice, as where it only reads, or sets
   * something to a value. A link of `./reconnect` makes such a call again when its
   * connection was lost and it may have run; of one with updates, only until the first
   * update of either side. Default: false.
   */
  readonly idempotent?: boolean | undefined;
}

/** Services by name. */
export interface ServiceDeclarations {
  /** A service. */
  readonly [name: string]: ServiceDeclaration;
}

/** What `defineInterface` was given, with the defaults filled in. */
export interface ResolvedDeclaration<S, T, E = ErrorDeclarations> {
  /** The name. */
  readonly name: string;
  /** What it is for. */
  readonly doc: string;
  /** Whether descriptions leave it out. */
  readonly hidden: boolean;
  /** Whether both sides are peers of this library. */
  readonly extensions: boolean;
  /** The format of the bodies. */
  readonly format: Format;
  /** The services by name. */
  readonly services: S;
  /** The stream messages by name. */
  readonly streams: T;
  /** The errors of all services by name. */
  readonly errors: E;
}
