/** Whether the peer may go on reading: closed while anything holds it shut. */
export class ReadGate {
  readonly #onShut: () => void;
  #holds = 0;
  #opened: PromiseWithResolvers<void> | null = null;
  /** How often it was shut, so that a pause isn't taken for a stall. */
  pauses = 0;

  /**
   * Makes an open gate.
   *
   * @param onShut Called when it is shut.
   */
  constructor(onShut: () => void = () => {}) {
    this.#onShut = onShut;
  }

  /** Whether something holds it shut. */
  get shut(): boolean {
    return this.#holds > 0;
  }

  /** Holds it shut, until the same number of calls of `release`. */
  hold(): void {
    this.pauses++;
    if (++this.#holds === 1) this.#onShut();
  }

  /** Opens it whatever holds it shut; there is nothing to protect any more. */
  openForGood(): void {
    this.#holds = -Infinity;
    this.#opened?.resolve();
    this.#opened = null;
  }

  /** Takes one hold away. */
  release(): void {
    if (--this.#holds > 0) return;
    this.#opened?.resolve();
    this.#opened = null;
  }

  /** Waits until nothing holds it shut. */
  opened(): Promise<void> {
    this.#opened ??= Promise.withResolvers();
    return this.#opened.promise;
  }
}
