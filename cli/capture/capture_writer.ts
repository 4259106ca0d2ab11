import {
  blockType,
  BYTE_ORDER_MAGIC,
  encodeBlock,
  halfWords,
  optionCode,
  textOption,
  words,
} from "./pcapng_block.ts";
import { endPacket, LINKTYPE_USER0, packetsOf } from "./message_packet.ts";
import type { Side, TraceEvent } from "./trace_event.ts";

/** How much may wait to be written, in bytes. */
const MAX_WAITING = 64 * 1024 * 1024;

/** In the flags of a packet: towards the address of the interface, and away from it. */
const INBOUND = 1, OUTBOUND = 2;

/** The clock of the file counts microseconds. */
const MICROSECONDS = 6;

/**
 * Writes what goes by as pcapng. What it is told never waits for the file: if that is so
 * slow that 64 MiB wait, messages are left out, and a comment says how many.
 */
export class CaptureWriter {
  readonly #write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  /** What wasn't said yet: there is no packet to say it at. */
  #remarks: string[] = [];
  #leftOut = 0;
  #failure: unknown = null;
  readonly #maxWaiting: number;

  /**
   * Begins a file.
   *
   * @param address The server's, which becomes the name of the interface.
   * @param write Writes all of the bytes; one call at a time.
   */
  constructor(
    address: string,
    write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
    maxWaiting = MAX_WAITING,
  ) {
    this.#write = write;
    this.#maxWaiting = maxWaiting;
    this.#push(fileHead(address));
  }

  /** Writes an event. */
  add(event: TraceEvent): void {
    const { connection, time, kind } = event;
    if (kind === "remark") {
      this.#remarks.push(`Connection ${connection}: ${event.text}`);
      return;
    }
    const { from } = event;
    const packets = kind === "message"
      ? packetsOf(connection, from, event.message)
      : [endPacket(connection, from, event.error !== null)];
    const length = packets.reduce((sum, { length }) => sum + length, 0);
    if (
      kind === "message" && this.#waitingBytes > 0 &&
      this.#waitingBytes + length > this.#maxWaiting
    ) {
      this.#leftOut++;
      return;
    }
    if (kind === "end" && event.error !== null) {
      this.#remarks.push(event.error);
    }
    for (const packet of packets) {
      this.#push(packetBlock(packet, { time, from, remarks: this.#remark() }));
    }
  }

  /**
   * Writes what waits.
   *
   * @throws What a write threw.
   */
  async close(): Promise<void> {
    await this.#writing;
    if (this.#failure !== null) throw this.#failure;
  }

  /** What is to be said at the next packet. */
  #remark(): string[] {
    const remarks = this.#remarks;
    this.#remarks = [];
    if (this.#leftOut === 0) return remarks;
    const text =
      `${this.#leftOut} messages before this one are not in this file: it was written too slowly`;
    this.#leftOut = 0;
    return [text, ...remarks];
  }

  #push(bytes: Uint8Array<ArrayBuffer>): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#writing = this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    try {
      for (let next; (next = this.#waiting.shift()) !== undefined;) {
        // Where the file is full, what goes by must still go by.
        if (this.#failure === null) await this.#write(next);
        this.#waitingBytes -= next.length;
      }
    } catch (error) {
      this.#failure = error;
      this.#waiting = [];
      this.#waitingBytes = 0;
    } finally {
      this.#isWriting = false;
    }
  }
}

function fileHead(address: string): Uint8Array<ArrayBuffer> {
  const unknownLength = 0xffff_ffff;
  const section = encodeBlock(
    blockType.SECTION_HEADER,
    [
      words(BYTE_ORDER_MAGIC),
      halfWords(1, 0),
      words(unknownLength, unknownLength),
    ],
    [textOption(optionCode.APPLICATION, "fizyr watch")],
  );
  const noLimit = 0;
  const face = encodeBlock(
    blockType.INTERFACE,
    [halfWords(LINKTYPE_USER0, 0), words(noLimit)],
    [
      textOption(optionCode.INTERFACE_NAME, address),
      {
        code: optionCode.TIME_RESOLUTION,
        value: new Uint8Array([MICROSECONDS]),
      },
    ],
  );
  const head = new Uint8Array(section.length + face.length);
  head.set(section);
  head.set(face, section.length);
  return head;
}

function packetBlock(
  packet: Uint8Array<ArrayBuffer>,
  { time, from, remarks }: {
    readonly time: number;
    readonly from: Side;
    readonly remarks: readonly string[];
  },
): Uint8Array<ArrayBuffer> {
  const ticks = BigInt(Math.round(time * 1000));
  const high = Number(ticks >> 32n), low = Number(ticks & 0xffff_ffffn);
  const { length } = packet;
  return encodeBlock(
    blockType.ENHANCED_PACKET,
    [words(0, high, low, length, length), packet],
    [
      ...remarks.map((text) => textOption(optionCode.COMMENT, text)),
      {
        code: optionCode.FLAGS,
        value: words(from === "client" ? INBOUND : OUTBOUND),
      },
    ],
  );
}
