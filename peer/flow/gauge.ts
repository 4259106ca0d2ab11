import { MESSAGE_COST } from "../../internal/cost.ts";
import type { QueueShare } from "./queued_bytes.ts";
import type { PauseReason } from "./reading.ts";

/** How much may wait to be taken before reading pauses. */
export interface GaugeLimits {
  /** Messages. */
  readonly messages: number;
  /** What they cost together, in bytes: see `internal/cost.ts`. */
  readonly cost: number;
}

/**
 * Whoever has gauges. It is an object, since each gauge would have a closure of its own:
 * code that was optimized for the one of a request was given up at the next request.
 */
export interface GaugeOwner {
  /** A gauge has become full, or isn't any more. */
  onGaugeChange(gauge: Gauge): void;
}

/** Counts what waits to be taken, and says whether that has reached a limit. */
export class Gauge {
  /** Why reading pauses while it is full; null if its owner says. */
  readonly reason: PauseReason | null;
  readonly #limits: GaugeLimits;
  readonly #owner: GaugeOwner;
  readonly #share: QueueShare | null;
  #messages = 0;
  #cost = 0;
  #full = false;

  /**
   * Makes a count of nothing.
   *
   * @param share Where the bytes count, too.
   * @param reason Why reading pauses while it is full, if that is its own reason.
   */
  constructor(
    limits: GaugeLimits,
    owner: GaugeOwner,
    share: QueueShare | null = null,
    reason: PauseReason | null = null,
  ) {
    this.#limits = limits;
    this.#owner = owner;
    this.#share = share;
    this.reason = reason;
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
    if (this.#share !== null) this.#share.add(MESSAGE_COST + bodyCost);
    this.#update();
  }

  /** Removes so many messages, whose bodies cost so much together. */
  remove(messages: number, bodyCost: number): void {
    const before = this.#cost;
    this.#messages -= messages;
    this.#cost -= messages * MESSAGE_COST + bodyCost;
    // A body whose buffer was transferred while it waited has become empty.
    if (this.#messages === 0) this.#cost = 0;
    if (this.#share !== null) this.#share.add(this.#cost - before);
    this.#update();
  }

  #update(): void {
    const full = this.#messages >= this.#limits.messages ||
      this.#cost >= this.#limits.cost;
    if (full === this.#full) return;
    this.#full = full;
    this.#owner.onGaugeChange(this);
  }
}
