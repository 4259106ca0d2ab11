import { onAbort } from "../internal/abort.ts";
import { checkLeast } from "../internal/check_options.ts";
import { type Clock, systemClock } from "../internal/clock.ts";
import { PermissionDenied, TimedOut } from "../internal/runtime/errors.ts";

/**
 * Decides by what is known of a connection whether to go on with it. If it gives
 * false or throws, the connection is closed before a byte of it is read.
 */
export type Authorize<I> = {
  // As a method, so that a Listener of known info is a Listener of any.
  authorize(info: I): boolean | void | Promise<boolean | void>;
}["authorize"];

/** What decides whether to go on with a connection, and how long that may take. */
export interface AuthorizeOptions<I> {
  /** Decides whether to go on with a connection, before a byte of it is read. */
  authorize?: Authorize<I> | undefined;
  /**
   * How long `authorize` may take for one connection, in milliseconds. Then the
   * connection is refused. Nothing is read before the answer, so a connection whose
   * other side is gone waits this long too. 0 turns it off. Default: 10 000.
   */
  authorizeTimeout?: number | undefined;
}

/** What is asked about: a transport, or what is to become one. */
export interface Authorized<I> {
  /** What is known of it. */
  readonly info: I;
  /** Gives it up. */
  close(): void | Promise<void>;
}

const DEFAULT_TIMEOUT = 10_000;

/**
 * Checks the timeout and fills in its default.
 *
 * @throws {RangeError} If it is no number of at least 0.
 */
export function resolveAuthorizeTimeout(value = DEFAULT_TIMEOUT): number {
  return checkLeast("authorizeTimeout", value, 0);
}

/**
 * Asks, and closes the transport of a connection that is refused or given up.
 *
 * @param signal Gives up; the promise rejects with its reason.
 * @throws {Deno.errors.PermissionDenied} If it is refused; `cause` is what
 * `authorize` threw.
 * @throws {Deno.errors.TimedOut} If there is no answer within `authorizeTimeout`.
 * @throws {RangeError} If the timeout is out of its range.
 */
export async function authorized<I>(
  transport: Authorized<I>,
  { authorize, authorizeTimeout }: AuthorizeOptions<I>,
  signal?: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  if (authorize === undefined) return;
  const timeout = resolveAuthorizeTimeout(authorizeTimeout);
  try {
    const asked = ask(authorize, transport.info);
    await until(asked, timeout, signal, clock);
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/**
 * Waits for an answer until the time is up or a signal fires. By hand, since
 * AbortSignal.any would cost 100 us for each connection.
 */
function until(
  asked: Promise<void>,
  timeout: number,
  signal: AbortSignal | undefined,
  clock: Clock,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // `authorize` may have fired it.
  if (signal?.aborted) reject(signal.reason);
  const forget = signal === undefined || signal.aborted
    ? null
    : onAbort(signal, () => reject(signal.reason));
  const stop = clock.start(
    () => reject(tooLate(timeout)),
    timeout === 0 ? Infinity : timeout,
  );
  asked.then(resolve, reject);
  return promise.finally(() => {
    stop();
    forget?.();
  });
}

function tooLate(timeout: number): Error {
  return new TimedOut(
    `The authorize option gave no answer within ${timeout} ms (authorizeTimeout)`,
  );
}

async function ask<I>(authorize: Authorize<I>, info: I): Promise<void> {
  const text = "The authorize option refused the connection";
  let answer: boolean | void;
  try {
    answer = await authorize(info);
  } catch (cause) {
    throw new PermissionDenied(text, { cause });
  }
  if (answer === false) throw new PermissionDenied(text);
}
