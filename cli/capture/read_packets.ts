import { ByteSource } from "./byte_source.ts";
import { CaptureError } from "./capture_error.ts";
import type { CapturedPacket } from "./captured_packet.ts";
import { blockType } from "./pcapng_block.ts";
import { pcapFormat, readPcap } from "./read_pcap.ts";
import { readPcapng } from "./read_pcapng.ts";

/**
 * The packets of a capture, in pcapng or pcap.
 *
 * @throws {CaptureError} If it is neither, and where it is broken: what is in front of
 * that comes before.
 */
export async function* readPackets(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<CapturedPacket> {
  const source = new ByteSource(chunks);
  try {
    yield* packetsOf(source);
  } finally {
    await source.close();
  }
}

async function* packetsOf(
  source: ByteSource,
): AsyncGenerator<CapturedPacket> {
  const magic = await source.take(4);
  if (magic === null) throw new CaptureError("The file is empty");
  const view = new DataView(magic.buffer, magic.byteOffset, 4);
  if (view.getUint32(0) === blockType.SECTION_HEADER) {
    return yield* readPcapng(source);
  }
  const format = pcapFormat(view);
  if (format !== null) return yield* readPcap(source, format);
  throw new CaptureError(
    "The file is no capture: it is neither pcapng nor pcap",
  );
}
