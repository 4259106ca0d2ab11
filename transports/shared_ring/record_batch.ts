import { MESSAGE_COST } from "../../internal/cost.ts";
import type { MessageHeader } from "../../protocol/header.ts";
import { copyIn, recordType, writeHead } from "./record.ts";
import { RECORD_HEAD_LEN, recordLen } from "./ring_layout.ts";
import type { RingWriter } from "./ring_writer.ts";

/**
 * Small records behind this place of the ring start again at its front when the
 * reader is done with everything. So a connection with little traffic uses few
 * pages, which also stay in the processors' caches.
 */
const FRONT_LEN = 16 * 1024;
const SMALL_RECORD = 4096;

/**
 * Messages are published together, but not more than this at once: some 14 small
 * ones. So the other side begins while this one still writes. When 256 calls in
 * flight were published at once, one side slept while the other worked.
 */
const BATCH_COST = 4096;

/** Writes messages into a ring, and publishes them together. */
export class RecordBatch {
  readonly #little: boolean;
  readonly #wake: () => void;
  /** What the messages cost that are written and not published. */
  #cost = 0;
  #mayRestart = true;

  /** Makes an empty one; `wake` wakes the reader. */
  constructor(little: boolean, wake: () => void) {
    this.#little = little;
    this.#wake = wake;
  }

  /** Writes a message, for which there is room. */
  write(
    ring: RingWriter,
    header: MessageHeader,
    body: Uint8Array<ArrayBuffer>,
  ): void {
    const length = recordLen(body.length);
    if (length <= SMALL_RECORD) this.#restart(ring, length);
    const { memory, position } = ring;
    const { type, requestId, serviceId } = header;
    const start = (position + RECORD_HEAD_LEN) & (memory.size - 1);
    // Throws if the body was transferred: then nothing is written.
    copyIn(memory, start, body);
    writeHead(
      memory,
      position,
      body.length,
      type,
      requestId,
      serviceId,
      this.#little,
    );
    ring.add(length);
    this.count(ring, body.length);
  }

  /** Counts a message that is written; publishes the batch if it is long enough. */
  count(ring: RingWriter, bodyLength: number): void {
    this.#cost += MESSAGE_COST + bodyLength;
    if (this.#cost >= BATCH_COST) this.publish(ring);
  }

  /** Goes back to the front of the ring, once for each batch, if it is empty. */
  #restart(ring: RingWriter, length: number): void {
    const { memory, position } = ring;
    if (!this.#mayRestart || position < FRONT_LEN) return;
    this.#mayRestart = false;
    if (position < length || !ring.isEmpty()) return;
    writeHead(memory, position, 0, recordType.SKIP, 0, 0, this.#little);
    ring.add(memory.size - position);
  }

  /** Publishes what is written, and wakes the reader if it sleeps. */
  publish(ring: RingWriter): void {
    this.#mayRestart = true;
    this.#cost = 0;
    if (ring.publish()) this.#wake();
  }
}
