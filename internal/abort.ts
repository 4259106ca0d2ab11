import { isInstance } from "./errors.ts";

/**
 * The callbacks of each signal in use. The signal has one listener, which calls
 * them.
 */
const waiting = new WeakMap<AbortSignal, Callbacks>();

/** The one listener of a signal, for all that wait with it. */
class Callbacks extends Set<() => void> implements EventListenerObject {
  handleEvent(): void {
    for (const call of this) call();
    this.clear();
  }
}

/**
 * Calls back when a signal fires. It must not have fired yet. Callbacks are called
 * in the order in which they were added.
 *
 * A signal gets one listener, however many wait with it. The time to add a listener
 * grows with the number of listeners that are there already: 20,000 calls that
 * shared a signal took 2.7 s to begin.
 *
 * @returns A function that removes the callback.
 */
export function onAbort(
  signal: AbortSignal,
  callback: () => void,
): () => void {
  const callbacks = waiting.get(signal) ?? listen(signal);
  // The same function may be given twice.
  const call = (): void => callback();
  callbacks.add(call);
  return () => {
    callbacks.delete(call);
    if (callbacks.size > 0) return;
    signal.removeEventListener("abort", callbacks);
    if (waiting.get(signal) === callbacks) waiting.delete(signal);
  };
}

function listen(signal: AbortSignal): Callbacks {
  const callbacks = new Callbacks();
  waiting.set(signal, callbacks);
  signal.addEventListener("abort", callbacks, { once: true });
  return callbacks;
}

/** Whether what was thrown is an `AbortError`, as from an operation that a signal has ended. */
export function isAbortError(error: unknown): boolean {
  try {
    return isInstance(error, Error) && error.name === "AbortError";
  } catch {
    return false;
  }
}

/** Whether what was thrown only says that a signal has fired, which needs no report. */
export function isAbortOf(
  error: unknown,
  signal: AbortSignal | undefined,
): boolean {
  return signal !== undefined && signal.aborted &&
    (error === signal.reason || isAbortError(error));
}

/** Gives what a promise gives, unless a signal fires first: then its reason is thrown. */
export function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    const forget = signal.aborted ? abort() : onAbort(signal, abort);
    promise.then(resolve, reject).then(() => forget?.());
  });
}

/** A signal that is made when it is first asked for. */
export class LazySignal<Reason> {
  #controller: AbortController | null = null;
  #reason: Reason | null = null;

  /** What it has fired with, or null. */
  get reason(): Reason | null {
    return this.#reason;
  }

  /** The signal. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#reason !== null) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Fires it; the first reason counts. */
  fire(reason: Reason): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }
}
