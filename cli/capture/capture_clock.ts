import { type BlockOption, optionCode } from "./pcapng_block.ts";

/** Microseconds, where an interface says nothing. */
const DEFAULT_RESOLUTION = 6;

/** The clock of an interface of pcapng: what its ticks are in milliseconds since 1970. */
export class CaptureClock {
  readonly #perSecond: bigint;
  readonly #offset: number;

  /** Reads the options of an interface. */
  constructor(options: readonly BlockOption[], little: boolean) {
    const valueOf = (wanted: number): Uint8Array<ArrayBuffer> | undefined =>
      options.find(({ code }) => code === wanted)?.value;
    const [resolution = DEFAULT_RESOLUTION] =
      valueOf(optionCode.TIME_RESOLUTION) ?? [];
    // The highest bit tells powers of two from powers of ten.
    const exponent = BigInt(resolution & 0x7f);
    this.#perSecond = (resolution & 0x80 ? 2n : 10n) ** exponent;
    const offset = valueOf(optionCode.TIME_OFFSET);
    this.#offset = offset?.length === 8
      ? Number(
        new DataView(offset.buffer, offset.byteOffset).getBigInt64(0, little),
      ) * 1000
      : 0;
  }

  /** The time of so many ticks. */
  time(high: number, low: number): number {
    const ticks = BigInt(high) << 32n | BigInt(low);
    const seconds = Number(ticks / this.#perSecond);
    const rest = Number(ticks % this.#perSecond) * 1000 /
      Number(this.#perSecond);
    return this.#offset + seconds * 1000 + rest;
  }
}
