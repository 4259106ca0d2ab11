/** The events with which a worker ends. `Deno.exit` fires `unload`. */
const ENDS = ["error", "unhandledrejection", "unload"] as const;

interface WorkerScope extends EventTarget {
  close(): void;
}

/** A resource of the C library that is open in this thread. */
export interface WorkerResource {
  /** Closes it synchronously: in a worker that ends, nothing runs later. */
  close(): unknown;
}

/** The global object of the worker that this runs in; null in the main thread. */
function workerScope(): WorkerScope | null {
  return "WorkerGlobalScope" in globalThis ? globalThis : null;
}

/**
 * Closes the open resources of the C library when their worker ends by itself: by
 * `self.close()`, by `Deno.exit()`, or by an unhandled error or rejection.
 * Otherwise they would stay open in the process. In the main thread it does
 * nothing.
 *
 * - An event whose default an earlier listener has prevented doesn't end the
 *   worker, and is ignored. A listener that is added later runs too late for that,
 *   unless `comeLast` is called after it was added.
 * - `Worker.terminate()` can't be noticed in the worker.
 * - While nothing is open, the worker's global object isn't changed.
 */
export class WorkerEnd {
  /** The instance of this thread. */
  static readonly current: WorkerEnd = new WorkerEnd(workerScope());
  readonly #scope: WorkerScope | null;
  /** Closed first, as they use descriptors that are among the other resources. */
  readonly #users = new Set<WorkerResource>();
  readonly #others = new Set<WorkerResource>();
  /** The original `close`, and the wrapper that replaces it while something is open. */
  #original: (() => void) | null = null;
  #wrapped: (() => void) | null = null;

  /** Watches for the end of a worker; null for the main thread. */
  constructor(scope: WorkerScope | null) {
    this.#scope = scope;
  }

  /** Adds a resource to close at the end. */
  add(resource: WorkerResource): void {
    this.#add(this.#others, resource);
  }

  /** Adds a resource that uses open descriptors, to close before them. */
  addUser(resource: WorkerResource): void {
    this.#add(this.#users, resource);
  }

  /** Removes a resource that is being closed. */
  delete(resource: WorkerResource): void {
    if (this.#scope === null) return;
    const deleted = this.#others.delete(resource) ||
      this.#users.delete(resource);
    if (deleted && this.#isEmpty()) this.#unwatch(this.#scope);
  }

  /** Moves the listeners here behind those that were added since. */
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
    // If the program has wrapped it since, that wrapper still calls this one.
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
