/** The events with which a worker ends; `unload` is that of `Deno.exit`. */
const ENDS = ["error", "unhandledrejection", "unload"] as const;

interface WorkerScope extends EventTarget {
  close(): void;
}

/** Something of the C library that is open in this thread. */
export interface WorkerResource {
  /** Closes it. In a worker that ends, nothing runs later. */
  close(): unknown;
}

/** The worker that this runs in, or null in the main thread. */
function workerScope(): WorkerScope | null {
  return "WorkerGlobalScope" in globalThis ? globalThis : null;
}

/**
 * Closes what is open of the C library when the worker that this runs in ends by
 * itself: by `self.close()`, `Deno.exit()`, or an error or a rejection that nobody
 * handles. Else it would stay open in the process. In the main thread it does
 * nothing.
 *
 * - An event that a listener before this one has prevented ends nothing. One that
 *   is added later is too late, unless `comeLast` is called after it.
 * - `Worker.terminate()` shows itself in no way.
 * - While nothing is open, the worker's global object is left as it is.
 */
export class WorkerEnd {
  /** That of this thread. */
  static readonly current: WorkerEnd = new WorkerEnd(workerScope());
  readonly #scope: WorkerScope | null;
  /** These use descriptors that are among the others, so they are closed first. */
  readonly #users = new Set<WorkerResource>();
  readonly #others = new Set<WorkerResource>();
  /** `close` as it was, and as it is while something is open. */
  #original: (() => void) | null = null;
  #wrapped: (() => void) | null = null;

  /** Watches for the end of a worker; null is the main thread. */
  constructor(scope: WorkerScope | null) {
    this.#scope = scope;
  }

  /** Adds something that has to be closed at the end. */
  add(resource: WorkerResource): void {
    this.#add(this.#others, resource);
  }

  /** Adds something that uses open descriptors, and so has to be closed before them. */
  addUser(resource: WorkerResource): void {
    this.#add(this.#users, resource);
  }

  /** Takes out something that is being closed. */
  delete(resource: WorkerResource): void {
    if (this.#scope === null) return;
    const deleted = this.#others.delete(resource) ||
      this.#users.delete(resource);
    if (deleted && this.#isEmpty()) this.#unwatch(this.#scope);
  }

  /** Has listeners that were added meanwhile come before this one. */
  comeLast(): void {
    if (this.#scope === null || this.#isEmpty()) return;
    this.#unlisten(this.#scope);
    this.#listen(this.#scope);
  }

  #isEmpty(): boolean {
    return this.#users.size + this.#others.size === 0;
  }

  #add(to: Set<WorkerResource>, resource: WorkerResource): void {
    if (this.#scope === null) return;
    if (this.#isEmpty()) this.#watch(this.#scope);
    to.add(resource);
  }

  #watch(scope: WorkerScope): void {
    const original = this.#original = scope.close;
    this.#wrapped = scope.close = (): void => {
      this.#closeAll();
      original.call(scope);
    };
    this.#listen(scope);
  }

  #unwatch(scope: WorkerScope): void {
    this.#unlisten(scope);
    // If somebody has wrapped it since, theirs goes on to call this one.
    if (scope.close === this.#wrapped) scope.close = this.#original!;
  }

  #listen(scope: WorkerScope): void {
    for (const type of ENDS) scope.addEventListener(type, this.#onEvent);
  }

  #unlisten(scope: WorkerScope): void {
    for (const type of ENDS) scope.removeEventListener(type, this.#onEvent);
  }

  #closeAll(): void {
    for (const resource of [...this.#users, ...this.#others]) {
      resource.close();
      this.delete(resource);
    }
  }

  readonly #onEvent = (event: Event): void => {
    if (!event.defaultPrevented) this.#closeAll();
  };
}
