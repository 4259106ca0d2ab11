/**
 * How long to spin for the next event before sleeping, in milliseconds. Deno looks
 * at the program's other sockets after it: with 0.1 ms, a TCP socket beside a
 * seqpacket connection took 470 us instead of 200 to 240. Rings need longer: an
 * answer of 64 KiB takes 60 to 100 us.
 */
const SPIN_TIME = 0.05;
const RING_SPIN_TIME = 0.1;
/** Spinning pays if at least this share of spins ended in an event. */
const LEAST_SHARE = 0.25;
/** The weight of one spin in the moving average. */
const GAIN = 1 / 8;
/**
 * While spinning doesn't pay, the first `PROBES` of every `PROBE_EVERY` waits are spins
 * all the same, to see whether it pays again. They are longer, since a side that sleeps
 * answers later than a usual spin ends. They follow each other, since both sides have to
 * spin at the same time to find out that it pays.
 */
const PROBES = 4;
const PROBE_EVERY = 128;
/** How long such a spin may take, in milliseconds. */
const PROBE_TIME = 0.2;

/**
 * Decides between spinning and sleeping when nothing is ready. An answer from
 * another CPU comes within 10 us, and waking up takes 50 to 100 us. So it spins
 * for a while, as long as enough spins ended in an event.
 */
export class Spin {
  #share = 1;
  /** How many waits there were while it didn't pay. */
  #waits = 0;
  #deadline = 0;
  #spinning = false;

  /** Notes that something was ready or was sent: the next wait is a new one. */
  onEvent(): void {
    if (!this.#spinning) return;
    this.#spinning = false;
    this.#share += (1 - this.#share) * GAIN;
  }

  /**
   * Whether to look again instead of sleeping, as nothing is ready. `now` is in
   * milliseconds.
   */
  again(now: number, forRings: boolean): boolean {
    if (!this.#spinning) {
      const pays = this.#share >= LEAST_SHARE;
      if (!pays && this.#waits++ % PROBE_EVERY >= PROBES) return false;
      this.#spinning = true;
      const time = forRings ? RING_SPIN_TIME : SPIN_TIME;
      this.#deadline = now + (pays ? time : PROBE_TIME);
      return true;
    }
    if (now < this.#deadline) return true;
    this.#spinning = false;
    this.#share -= this.#share * GAIN;
    return false;
  }
}
