/** How long to wait for the next event without sleeping, in milliseconds. */
const SPIN_TIME = 0.05;
/** Below this share of waits that ended in an event, waiting this way doesn't pay. */
const LEAST_SHARE = 0.25;
/** The weight of one wait in the moving average. */
const GAIN = 1 / 8;
/** Where spinning doesn't pay, one wait in so many tries whether it pays by now. */
const PROBE_EVERY = 64;

/**
 * Decides between spinning and sleeping, when nothing is ready. An answer from
 * another CPU comes within 10 us, and waking up takes 50 and more: so spin for a
 * while, as long as that has ended in an event often enough.
 */
export class Spin {
  #share = 1;
  #skipped = 0;
  #deadline = 0;
  #spinning = false;

  /** Something was ready, or was sent: the next wait is a new one. */
  onEvent(): void {
    if (!this.#spinning) return;
    this.#spinning = false;
    this.#share += (1 - this.#share) * GAIN;
  }

  /** Nothing is ready: whether to look again, rather than to sleep. `now` is in milliseconds. */
  again(now: number): boolean {
    if (!this.#spinning) {
      if (this.#share < LEAST_SHARE && ++this.#skipped % PROBE_EVERY !== 0) {
        return false;
      }
      this.#spinning = true;
      this.#deadline = now + SPIN_TIME;
      return true;
    }
    if (now < this.#deadline) return true;
    this.#spinning = false;
    this.#share -= this.#share * GAIN;
    return false;
  }
}
