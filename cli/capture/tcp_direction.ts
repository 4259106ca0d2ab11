import type { TcpSegment } from "./tcp_segment.ts";

/** So many segments may come before one that belongs in front of them. */
const MAX_HELD = 64;

/** What a segment brings: bytes in order, or the reason why nothing more is read. */
export interface TcpProgress {
  /** The bytes that follow those before. */
  readonly bytes: readonly Uint8Array<ArrayBuffer>[];
  /** Whether the direction has ended behind them. */
  readonly ended: boolean;
  /** What is missing; null if nothing is. */
  readonly gap: string | null;
}

const NOTHING: TcpProgress = { bytes: [], ended: false, gap: null };

/** One direction of a TCP connection: its bytes in order, each once. */
export class TcpDirection {
  /** The sequence number of the next byte. */
  #next: number | null = null;
  #held: TcpSegment[] = [];
  #isOver = false;

  /** Whether it was seen from its beginning. */
  isWhole = false;

  /** Takes a segment in, as it was captured. */
  add(segment: TcpSegment): TcpProgress {
    if (this.#isOver) return NOTHING;
    if (segment.syn) {
      this.#next = segment.sequence + 1 >>> 0;
      this.isWhole = true;
      return NOTHING;
    }
    if (segment.length === 0 && !segment.fin) return NOTHING;
    this.#next ??= segment.sequence;
    if (this.#offsetOf(segment) > 0) {
      this.#held.push(segment);
      return this.#held.length > MAX_HELD ? this.#missing([]) : NOTHING;
    }
    const bytes: Uint8Array<ArrayBuffer>[] = [];
    for (let next: TcpSegment | undefined = segment; next !== undefined;) {
      if (next.payload.length < next.length) {
        this.#isOver = true;
        const gap = `${
          next.length - next.payload.length
        } bytes of a packet were not captured`;
        return { bytes, ended: false, gap };
      }
      if (this.#take(next, bytes)) return { bytes, ended: true, gap: null };
      next = this.#takeHeld();
    }
    return { bytes, ended: false, gap: null };
  }

  /** The capture is over: what is missing in front of what was held; null if nothing is. */
  finish(): string | null {
    if (this.#isOver || this.#held.length === 0) return null;
    return this.#missing([]).gap;
  }

  /** Takes the bytes of a segment that are new; true at the end. */
  #take(segment: TcpSegment, bytes: Uint8Array<ArrayBuffer>[]): boolean {
    const { payload, fin, length } = segment;
    // What was sent again is left out.
    const known = -this.#offsetOf(segment);
    if (known < length) {
      bytes.push(payload.subarray(known));
      this.#next = this.#next! + length - known >>> 0;
    }
    if (!fin || known > length) return false;
    this.#isOver = true;
    this.#held = [];
    return true;
  }

  #takeHeld(): TcpSegment | undefined {
    const index = this.#held.findIndex((held) => this.#offsetOf(held) <= 0);
    return index < 0 ? undefined : this.#held.splice(index, 1)[0];
  }

  #missing(bytes: Uint8Array<ArrayBuffer>[]): TcpProgress {
    const offsets = this.#held.map((held) => this.#offsetOf(held));
    this.#isOver = true;
    this.#held = [];
    const gap = `${Math.min(...offsets)} bytes are missing in the capture`;
    return { bytes, ended: false, gap };
  }

  /** How far a segment is behind the next byte; sequence numbers wrap. */
  #offsetOf({ sequence }: TcpSegment): number {
    return sequence - this.#next! | 0;
  }
}
