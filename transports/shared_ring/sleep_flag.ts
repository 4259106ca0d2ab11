/**
 * A control word by which one side asks the other one to be woken. Together with an
 * index it loses no wake-up, whatever the order of the two sides' steps:
 *
 * - The side that waits sets the word, looks at the index once more, and only then
 *   sleeps.
 * - The other side stores the index, and then looks at the word.
 *
 * All of these are `Atomics`, which are sequentially consistent: so at least one of
 * the two sees what the other one has stored. If both do, one wake-up comes too
 * many.
 */
export class SleepFlag {
  readonly #control: Int32Array<ArrayBuffer>;
  readonly #word: number;

  /** Uses a control word. */
  constructor(control: Int32Array<ArrayBuffer>, word: number) {
    this.#control = control;
    this.#word = word;
  }

  /** Asks to be woken. Look at the index after this, and before sleeping. */
  set(): void {
    Atomics.store(this.#control, this.#word, 1);
  }

  /** Takes that back. A wake-up may be under way already. */
  clear(): void {
    Atomics.store(this.#control, this.#word, 0);
  }

  /**
   * Whether the other side has to be woken now, by the caller, which has stored an
   * index before.
   */
  take(): boolean {
    return Atomics.load(this.#control, this.#word) === 1 &&
      Atomics.compareExchange(this.#control, this.#word, 1, 0) === 1;
  }
}
