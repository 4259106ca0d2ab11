/** The events with which a worker ends; `unload` is that of `Deno.exit`. */
const ENDS = ["error", "unhandledrejection", "unload"] as const;

interface WorkerScope extends EventTarget {
  close(): void;
}

/** The worker that this runs in, or null in the main thread. */
function workerScope(): WorkerScope | null {
  return "WorkerGlobalScope" in globalThis ? globalThis : null;
}

/**
 * Calls back when the worker that this runs in ends by itself: by `self.close()`,
 * `Deno.exit()`, or an error or a rejection that nobody handles. What is open of
 * the C library stays open in the process else. In the main thread it does nothing.
 *
 * - The callback has to do its work at once: nothing runs later.
 * - An event that a listener before this one has prevented ends nothing. One that
 *   is added later is too late, so this one is added again by each call.
 * - `Worker.terminate()` shows itself in no way.
 */
export class WorkerEnd implements Disposable {
  readonly #scope: WorkerScope | null;
  readonly #onEnd: () => void;
  readonly #close: (() => void) | null = null;
  readonly #original: (() => void) | null = null;
  #disposed = false;

  /** Begins to watch for the end. */
  constructor(onEnd: () => void, scope: WorkerScope | null = workerScope()) {
    this.#scope = scope;
    this.#onEnd = onEnd;
    if (scope === null) return;
    const original = this.#original = scope.close;
    this.#close = scope.close = (): void => {
      if (!this.#disposed) onEnd();
      original.call(scope);
    };
    this.comeLast();
  }

  /** Has listeners that were added meanwhile come before this one. */
  comeLast(): void {
    for (const type of ENDS) {
      this.#scope?.removeEventListener(type, this.#onEvent);
      this.#scope?.addEventListener(type, this.#onEvent);
    }
  }

  /** Ends watching. */
  [Symbol.dispose](): void {
    const scope = this.#scope;
    if (scope === null || this.#disposed) return;
    this.#disposed = true;
    for (const type of ENDS) scope.removeEventListener(type, this.#onEvent);
    // If somebody has wrapped it since, theirs goes on to call this one.
    if (scope.close === this.#close) scope.close = this.#original!;
  }

  readonly #onEvent = (event: Event): void => {
    if (!event.defaultPrevented) this.#onEnd();
  };
}
