import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import { checkLeast } from "../../internal/check_options.ts";
import { checkOwnId } from "../../protocol/service_id.ts";
import type { SignalOptions } from "../handles/signal_options.ts";
import type { Clock } from "../../internal/clock.ts";
import { checkMetadata, isTraceAlone, type Metadata } from "./metadata.ts";

/**
 * The options of a request. When a signal, a timeout or a dispose ends it here, the
 * other side works on unless it is told. With `extensions` it is told by a cancel,
 * without them by the update that `onAbort` names.
 */
export interface RequestOptions<B extends Body = StreamBody>
  extends SignalOptions {
  /**
   * Ends the request: whatever waits for it on this side rejects with its reason. It
   * doesn't end the writing of a body that isn't copied: one of 256 KiB or more; over
   * a Unix seqpacket socket or shared rings one of 32 KiB or more, or with descriptors.
   * While such a body is being written, `call` and `sendRequest` reject only once it is
   * no longer needed: at latest when the write ends, or `stallTimeout` has ended the
   * connection.
   */
  signal?: AbortSignal | undefined;
  /**
   * How long the whole request may take, in milliseconds, from now to its response.
   * Then it ends with `deadline-exceeded`, as by the signal: behind the writing of a
   * body that isn't copied. With `extensions` the other side knows what is left of it.
   * Infinity: no limit. Default: `callTimeout` of the connection
   * for `call`, else no limit.
   */
  timeout?: number | undefined;
  /**
   * What the other side finds in `request.metadata`: texts by name, as JSON 8 KiB at
   * most. Needs `extensions`.
   */
  metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether the other side is known to be a peer of this library. Then cancels,
   * deadlines and metadata are sent, which the native protocol doesn't have. Default:
   * `extensions` of the connection.
   */
  extensions?: boolean | undefined;
  /**
   * A requester update that tells the other side to stop, where `extensions` is off:
   * it is sent when the signal fires, the time is up, or the handle is disposed before
   * the response. Without it the other side isn't told.
   */
  onAbort?: {
    /** The kind of update. */
    readonly serviceId: number;
    /** The body of the update. Default: empty. */
    readonly body?: BodyInput<B>;
  } | undefined;
  /**
   * Whether it does no harm when the request runs twice, so that a link of
   * `./reconnect` makes it again when its connection was lost and it may have run. A
   * peer takes no notice of it. Default: false.
   */
  idempotent?: boolean | undefined;
  /** @internal Whether the service id may be a reserved one, as for what the library asks. */
  reserved?: boolean | undefined;
}

/**
 * Checks what can be checked before anything is sent.
 *
 * @throws {RangeError} If the timeout is below 1, or the service id of `onAbort` is none.
 */
export function checkRequestOptions<B extends Body>(
  { timeout, onAbort }: RequestOptions<B>,
): void {
  if (timeout !== undefined) checkLeast("timeout", timeout, 1);
  if (onAbort !== undefined) checkOwnId(onAbort.serviceId);
}

/** What a request of this side was given, checked and with defaults. */
export interface RequestTerms<B extends Body> {
  /** Whether the other side is known to be a peer of ours. */
  readonly extensions: boolean;
  /** Ends it. */
  readonly signal: AbortSignal | undefined;
  /** When its time is up; null where it has no limit. */
  readonly deadline: {
    /** The time that it was given, in milliseconds. */
    readonly timeout: number;
    /** The moment, by the clock of the connection. */
    readonly at: number;
  } | null;
  /** What goes with it. */
  readonly metadata: Metadata | null;
  /** What tells the other side to stop. */
  readonly onAbort: NonNullable<RequestOptions<B>["onAbort"]> | null;
}

/**
 * Checks the options of a request and fills in the defaults; its time begins.
 *
 * @throws {RangeError} If the timeout is below 1, or the service id of `onAbort` is none.
 * @throws {TypeError} If there is metadata without extensions, or it is no object of texts.
 * @throws The reason of the signal, if it has fired.
 */
export function requestTerms<B extends Body>(
  options: RequestOptions<B>,
  defaultTimeout: number,
  connection: { readonly extensions: boolean; readonly clock: Clock },
): RequestTerms<B> {
  const { signal, timeout = defaultTimeout, onAbort } = options;
  let { metadata } = options;
  signal?.throwIfAborted();
  checkRequestOptions(options);
  const extensions = options.extensions ?? connection.extensions;
  // A trace alone goes where it is understood, and needs no agreement of the caller.
  if (!extensions && metadata !== undefined && isTraceAlone(metadata)) {
    metadata = undefined;
  }
  if (metadata !== undefined) {
    if (!extensions) {
      throw new TypeError(
        "metadata needs extensions: true, of the connection or of the call: a peer of the native crate doesn't know metadata",
      );
    }
    checkMetadata(metadata);
  }
  return {
    extensions,
    signal,
    deadline: timeout === Infinity
      ? null
      : { timeout, at: connection.clock.now() + timeout },
    metadata: metadata ?? null,
    onAbort: onAbort ?? null,
  };
}
