import { isInstance } from "../internal/errors.ts";
import { RpcError } from "../protocol/error.ts";
import type { DrainOptions } from "./handles/drain_options.ts";
import type { OpenRequest, OpenRequestsOptions } from "./open_request.ts";
import type { PeerStats } from "./stats.ts";

/** What an error belongs to, as far as that is known: the second argument of `onError`. */
export interface ErrorContext {
  /** The connection; missing where there is none, as with a failed accept. */
  readonly peer?: ErrorPeer | undefined;
  /** The name of the interface. */
  readonly interface?: string | undefined;
  /** The name of its service, or of its stream. */
  readonly service?: string | undefined;
  /** The id of the service or stream. */
  readonly serviceId?: number | undefined;
  /** The id of the request. */
  readonly requestId?: number | undefined;
}

/** A connection as `onError` gets it. It keeps nothing open. */
export interface ErrorPeer {
  /** What is known of the connection: addresses or credentials. */
  readonly info: unknown;
  /** Resolves when it has ended: to the error that ended it, or null. Never rejects. */
  readonly closed: Promise<RpcError | null>;
  /** The figures. */
  stats(): PeerStats;
  /** The requests of both sides that have no response yet, the oldest first. */
  openRequests(options?: OpenRequestsOptions): OpenRequest[];
  /** Lets the open requests finish, and closes it. */
  drain(options?: DrainOptions): Promise<void>;
  /** Closes it. */
  close(): Promise<void>;
}

/** Adds to a context what the error itself says. */
export function withDetails(
  error: unknown,
  context: ErrorContext,
): ErrorContext {
  if (!isInstance(error, RpcError)) return context;
  const { requestId, serviceId } = error;
  const details: { requestId?: number; serviceId?: number } = {};
  if (requestId !== undefined) details.requestId = requestId;
  if (serviceId !== undefined) details.serviceId = serviceId;
  return { ...details, ...context };
}

/** What can be seen and done of a connection. */
interface SeenConnection {
  readonly transport: { readonly info: unknown };
  readonly figures: Pick<ErrorPeer, "stats" | "openRequests">;
  readonly closed: ErrorPeer["closed"];
  close(): Promise<void>;
  drain(grace?: number): Promise<void>;
}

/** What `onError` gets of a connection. */
export function errorPeerOf(connection: SeenConnection): ErrorPeer {
  return {
    get info() {
      return connection.transport.info;
    },
    get closed() {
      return connection.closed;
    },
    stats: () => connection.figures.stats(),
    openRequests: (options) => connection.figures.openRequests(options),
    drain: (options) => connection.drain(options?.grace),
    close: () => connection.close(),
  };
}
