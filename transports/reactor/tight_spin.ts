/** Looking again at once pays if at least this share of tries found something. */
const LEAST_SHARE = 0.25;
/** The weight of one try in the moving average. */
const GAIN = 1 / 16;
/** While it doesn't pay, one try in this many is made, to see whether it pays again. */
const PROBE_EVERY = 64;

/**
 * Decides whether to look again and again within a turn, for some microseconds, as
 * nothing was there. It pays if the other side runs on another CPU: a turn of the
 * event loop takes longer than its answer. On the same CPU the other side can't
 * answer meanwhile, and doesn't get the CPU as long as this goes on.
 */
export class TightSpin {
  #share = 1;
  #skipped = 0;

  /** Whether to try it this time; then `note` what came of it. */
  pays(): boolean {
    return this.#share >= LEAST_SHARE || ++this.#skipped % PROBE_EVERY === 0;
  }

  /** Notes whether a try has found something. */
  note(found: boolean): void {
    this.#share += ((found ? 1 : 0) - this.#share) * GAIN;
  }
}
