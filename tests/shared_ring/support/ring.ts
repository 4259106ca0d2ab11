import {
  CONTROL_LEN,
  memoryLen,
  type RingMemory,
  ringsOf,
} from "../../../transports/shared_ring/ring_layout.ts";
import { RingReader } from "../../../transports/shared_ring/ring_reader.ts";
import { RingWriter } from "../../../transports/shared_ring/ring_writer.ts";

/** Both sides of a ring, in memory of this process. */
export interface TestRing {
  readonly memory: RingMemory;
  readonly writer: RingWriter;
  readonly reader: RingReader;
}

/**
 * A ring.
 *
 * @param start The index at which both sides are; near 2^32, it soon wraps.
 */
export function testRing(size = 4096, start = 0): TestRing {
  const sizes = { there: size, back: CONTROL_LEN };
  const [memory] = ringsOf(new ArrayBuffer(memoryLen(sizes)), sizes);
  const writer = new RingWriter(memory);
  const reader = new RingReader(memory);
  for (let at = 0; at < start;) {
    const length = Math.min(start - at, size);
    writer.add(length);
    writer.publish();
    reader.available();
    reader.take(length);
    reader.release();
    writer.isEmpty();
    at += length;
  }
  return { memory, writer, reader };
}
