import type { Body } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import type { MessageHeader } from "../protocol/header.ts";
import type { Message } from "../protocol/message.ts";
import type { ErrorReporter } from "../internal/errors.ts";
import {
  type ErrorContext,
  type ErrorPeer,
  withDetails,
} from "./error_context.ts";
import type { NamedService } from "./requests/named_service.ts";

/** A connection, as a probe gets it. */
export interface ProbedConnection {
  /** What others see of it; always the same object. */
  readonly errorPeer: ErrorPeer;
  /** Calls back when everything has ended, with the error that ended it, or null. */
  whenClosed(run: (error: RpcError | null) => void): void;
}

/** A request of either side; the same object at its begin and at its end. */
export interface ProbedRequest {
  /** The id on the wire. */
  readonly id: number;
  /** The service asked for. */
  readonly serviceId: number;
}

/**
 * What is told of every connection of the program while somebody wants to know. None
 * of its methods throws.
 */
export interface Probe {
  /** A connection begins to run. */
  connected(connection: ProbedConnection): void;
  /** A request of this side is queued. */
  callStarted(request: ProbedRequest, peer: ErrorPeer): void;
  /** Its response has come, which nobody has taken yet. */
  callAnswered(
    request: ProbedRequest & { readonly extensions: boolean },
    response: Message<Body>,
  ): void;
  /** It has ended without a response. */
  callFailed(
    request: ProbedRequest,
    outcome: "failed" | "cancelled" | "abandoned",
    error: unknown,
  ): void;
  /** A handler is about to be called for a request. */
  handlerStarted(
    request: ProbedRequest,
    named: NamedService | undefined,
    peer: ErrorPeer,
  ): void;
  /** A request of the other side has its response, or never gets one. */
  handlerEnded(request: ProbedRequest, errorText: string | null): void;
  /** A message was queued or read. */
  message(
    direction: "sent" | "received",
    header: MessageHeader,
    length: number,
    peer: ErrorPeer,
  ): void;
  /** What `onError` gets. */
  error(error: unknown, context: ErrorContext): void;
}

/**
 * What is told what happens; null as long as nobody wants to know, which is all that
 * is looked at for each message.
 */
export let probe: Probe | null = null;

/** Sets what is told from now on. */
export function setProbe(next: Probe | null): void {
  probe = next;
}

/** Tells a reporter of an error, and the probe. */
export function reportError(
  reporter: ErrorReporter<ErrorContext>,
  error: unknown,
  context: ErrorContext,
): void {
  const details = withDetails(error, context);
  if (probe !== null) probe.error(error, details);
  reporter.report(error, details);
}
