import type { ByteSource } from "./byte_source.ts";
import { CaptureError } from "./capture_error.ts";
import { type CapturedPacket, MAX_BLOCK_LEN } from "./captured_packet.ts";

/** How a file of pcap is written. */
export interface PcapFormat {
  /** The byte order of its numbers. */
  readonly little: boolean;
  /** How many ticks of its clock a millisecond has. */
  readonly ticks: number;
}

/** Behind the magic number. */
const HEAD_LEN = 20;
const RECORD_HEAD_LEN = 16;

/** The upper bits tell of a checksum behind each packet. */
const LINK_TYPE_BITS = 0x0fff_ffff;

/** The format that a magic number tells; null if it is none. */
export function pcapFormat(magic: DataView): PcapFormat | null {
  for (const little of [true, false]) {
    const value = magic.getUint32(0, little);
    if (value === 0xa1b2c3d4) return { little, ticks: 1000 };
    if (value === 0xa1b23c4d) return { little, ticks: 1_000_000 };
  }
  return null;
}

/**
 * The packets of a file of pcap, whose magic number was read.
 *
 * @throws {CaptureError} Where it is broken.
 */
export async function* readPcap(
  source: ByteSource,
  { little, ticks }: PcapFormat,
): AsyncGenerator<CapturedPacket> {
  const head = viewOf(await source.require(HEAD_LEN));
  const linkType = head.getUint32(16, little) & LINK_TYPE_BITS;
  for (;;) {
    const bytes = await source.take(RECORD_HEAD_LEN);
    if (bytes === null) return;
    const record = viewOf(bytes);
    const length = record.getUint32(8, little);
    if (length > MAX_BLOCK_LEN) {
      throw new CaptureError(
        `A packet says that it has ${length} bytes: the file is broken`,
      );
    }
    yield {
      time: record.getUint32(0, little) * 1000 +
        record.getUint32(4, little) / ticks,
      data: await source.require(length),
      originalLength: record.getUint32(12, little),
      ...{ linkType, comments: [] },
    };
  }
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
