import { MESSAGE_COST } from "../../internal/cost.ts";

/** How much may wait to be taken before reading pauses. */
export interface GaugeLimits {
  /** Messages. */
  readonly messages: number;
  /** What they cost together, in bytes: see `internal/cost.ts`. */
  readonly cost: number;
}

/** Counts what waits to be taken, and says whether that has reached a limit. */
export class Gauge {
  readonly #limits: GaugeLimits;
  readonly #onChange: (gauge: Gauge) => void;
  #messages = 0;
  #cost = 0;
  #full = false;

  /**
   * Makes a count of nothing.
   *
   * @param onChange Called when it has become full, or isn't any more.
   */
  constructor(limits: GaugeLimits, onChange: (gauge: Gauge) => void) {
    this.#limits = limits;
    this.#onChange = onChange;
  }

  /** How many messages are counted. */
  get messages(): number {
    return this.#messages;
  }

  /** What they cost together, in bytes. */
  get cost(): number {
    return this.#cost;
  }

  /** Whether it has reached a limit. */
  get full(): boolean {
    return this.#full;
  }

  /** Adds a message whose body costs so much. */
  add(bodyCost: number): void {
    this.#messages++;
    this.#cost += MESSAGE_COST + bodyCost;
    this.#update();
  }

  /** Removes so many messages, whose bodies cost so much together. */
  remove(messages: number, bodyCost: number): void {
    this.#messages -= messages;
    this.#cost -= messages * MESSAGE_COST + bodyCost;
    // A body whose buffer was transferred while it waited has become empty.
    if (this.#messages === 0) this.#cost = 0;
    this.#update();
  }

  #update(): void {
    const full = this.#messages >= this.#limits.messages ||
      this.#cost >= this.#limits.cost;
    if (full === this.#full) return;
    this.#full = full;
    this.#onChange(this);
  }
}
