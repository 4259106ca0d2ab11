/** What a wire does to packets. */
export interface Faults {
  /** How many of 1000 packets are lost. */
  readonly loss: number;
  /** How many of 1000 come twice. */
  readonly duplicates: number;
  /** How many of 1000 get a bit turned. */
  readonly damage: number;
  /** How long a packet takes, in milliseconds. */
  readonly latency: number;
  /** How much longer a packet may take, in milliseconds, so that others overtake it. */
  readonly jitter: number;
  /** The longest packet; longer ones are refused by ICMP, as by a router. */
  readonly mtu: number;
  /** 1 if no packet gets through. */
  readonly down: number;
}

/** A wire that does nothing to packets. */
export const SOUND: Faults = {
  loss: 0,
  duplicates: 0,
  damage: 0,
  latency: 0,
  jitter: 0,
  mtu: 1500,
  down: 0,
};

/** What a wire counts: packets. */
export const COUNTS = [
  "delivered",
  "lost",
  "duplicated",
  "damaged",
  "overtaken",
  "refused",
  "swallowed",
] as const;

/** How many packets there were of each kind. */
export type Counts = Record<typeof COUNTS[number], number>;

const FAULTS = Object.keys(SOUND) as (keyof Faults)[];

/** The memory that a wire shares with the thread that moves its packets. */
export class WireMemory {
  /** The memory itself, to give away. */
  readonly buffer: SharedArrayBuffer;
  readonly #faults: Int32Array<SharedArrayBuffer>;
  readonly #counts: Int32Array<SharedArrayBuffer>;
  readonly #over: Int32Array<SharedArrayBuffer>;

  /** Takes memory of the other thread's, or makes some. */
  constructor(buffer?: SharedArrayBuffer) {
    const [faults, counts] = [FAULTS.length, COUNTS.length];
    this.buffer = buffer ?? new SharedArrayBuffer(4 * (faults + counts + 1));
    this.#faults = new Int32Array(this.buffer, 0, faults);
    this.#counts = new Int32Array(this.buffer, 4 * faults, counts);
    this.#over = new Int32Array(this.buffer, 4 * (faults + counts), 1);
  }

  /** What is done to packets from now on. */
  get faults(): Faults {
    const values = FAULTS.map((name, i) => [name, this.#faults[i]!]);
    return Object.fromEntries(values);
  }

  set faults(faults: Faults) {
    for (const [i, name] of FAULTS.entries()) {
      Atomics.store(this.#faults, i, faults[name]);
    }
  }

  /** Counts a packet. */
  count(what: keyof Counts): void {
    const i = COUNTS.indexOf(what);
    Atomics.add(this.#counts, i, 1);
    Atomics.notify(this.#counts, i);
  }

  /** How many packets there were of each kind. */
  get counts(): Counts {
    const values = COUNTS.map((name, i) => [name, this.#counts[i]!]);
    return Object.fromEntries(values);
  }

  /** Waits until there were so many of a kind. */
  async counted(what: keyof Counts, least: number): Promise<void> {
    const i = COUNTS.indexOf(what);
    for (;;) {
      const count = Atomics.load(this.#counts, i);
      if (count >= least) return;
      await Atomics.waitAsync(this.#counts, i, count).value;
    }
  }

  /** Whether the thread is to end. */
  get isOver(): boolean {
    return Atomics.load(this.#over, 0) === 1;
  }

  /** Tells the thread to end. */
  end(): void {
    Atomics.store(this.#over, 0, 1);
  }
}
