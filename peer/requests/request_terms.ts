import type { Body } from "../../protocol/body.ts";
import type { Clock } from "../../internal/clock.ts";
import { checkMetadata, type Metadata } from "./metadata.ts";
import { checkRequestOptions, type RequestOptions } from "./request_options.ts";

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
  const { signal, timeout = defaultTimeout, metadata, onAbort } = options;
  signal?.throwIfAborted();
  checkRequestOptions(options);
  const extensions = options.extensions ?? connection.extensions;
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
