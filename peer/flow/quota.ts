import type { ReadGate } from "./read_gate.ts";

/** How much may wait to be taken before reading pauses. */
export interface QuotaLimits {
  /** Messages. */
  readonly messages: number;
  /** Bytes of their bodies. */
  readonly bytes: number;
}

/** Counts what waits to be taken, and shuts the gate while it is too much. */
export class Quota {
  readonly #limits: QuotaLimits;
  readonly #gate: ReadGate;
  #messages = 0;
  #bytes = 0;
  #stretch = 1;
  #holding = false;

  /** Makes a count of nothing. */
  constructor(limits: QuotaLimits, gate: ReadGate) {
    this.#limits = limits;
    this.#gate = gate;
  }

  /** One message more. */
  add(bytes: number): void {
    this.#messages++;
    this.#bytes += bytes;
    this.#update();
  }

  /** So many messages less. */
  remove(messages: number, bytes: number): void {
    this.#messages -= messages;
    this.#bytes -= bytes;
    this.#update();
  }

  /** Allows so many times the limits, for as long as that is said. */
  stretch(factor: number): void {
    this.#stretch = factor;
    this.#update();
  }

  #update(): void {
    const { messages, bytes } = this.#limits;
    const full = this.#messages >= messages * this.#stretch ||
      this.#bytes >= bytes * this.#stretch;
    if (full === this.#holding) return;
    this.#holding = full;
    if (full) this.#gate.hold();
    else this.#gate.release();
  }
}
