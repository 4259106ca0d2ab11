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
