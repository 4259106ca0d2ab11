import type { MessageHeader } from "../../../protocol/header.ts";
import type { Region } from "../../shared_memory/region.ts";
import { encodeReference } from "./frame_reference.ts";

/** A region that frames are sent of. */
export interface SentRegion {
  /** The region. */
  readonly region: Region;
  /** What the other side knows it by. */
  readonly number: number;
  /** How many of its frames wait to be written. */
  queued: number;
  /** How many the other side has. */
  delivered: number;
  /** Whether the other side has been sent its descriptor. */
  announced: boolean;
  /** Whether its pool has given it up. */
  forgotten: boolean;
}

/** The same for all regions of a connection. */
export type SentCounts = Pick<SentRegion, "queued" | "delivered">;

/** A frame that waits to be written. */
export class SentFrame {
  readonly #sent: SentRegion;
  readonly #length: number;
  readonly #all: SentCounts;
  readonly #onCancelled: () => void;

  /** Makes one, and counts it as queued. */
  constructor(
    sent: SentRegion,
    length: number,
    all: SentCounts,
    onCancelled: () => void,
  ) {
    sent.queued++;
    all.queued++;
    this.#sent = sent;
    this.#length = length;
    this.#all = all;
    this.#onCancelled = onCancelled;
  }

  /** The region that it is in. */
  get region(): SentRegion {
    return this.#sent;
  }

  /** What is written of it. */
  encode({ type }: MessageHeader, little: boolean): Uint8Array<ArrayBuffer> {
    const { number, region: { generation } } = this.#sent;
    const length = this.#length;
    return encodeReference(
      { type, region: number, generation, offset: 0, length },
      little,
    );
  }

  /** It is written: the other side has it until it releases it. */
  deliver(): void {
    for (const counts of [this.#sent, this.#all]) {
      counts.queued--;
      counts.delivered++;
    }
  }

  /** It won't be written. */
  cancel(): void {
    this.#sent.queued--;
    this.#all.queued--;
    this.#sent.region.release();
    this.#onCancelled();
  }
}
