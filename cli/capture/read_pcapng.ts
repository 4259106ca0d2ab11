import type { ByteSource } from "./byte_source.ts";
import { CaptureClock } from "./capture_clock.ts";
import { CaptureError } from "./capture_error.ts";
import { type CapturedPacket, MAX_BLOCK_LEN } from "./captured_packet.ts";
import { blockType, BYTE_ORDER_MAGIC, optionCode } from "./pcapng_block.ts";
import { readOptions, textsOf } from "./read_options.ts";

/** Type and length in front of a block; the length again behind it. */
const AROUND_LEN = 12;

/** What a block has at least, before its options. */
const INTERFACE_LEN = 8, ENHANCED_LEN = 20, SIMPLE_LEN = 4;

/** Where packets were captured. */
interface CaptureInterface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly clock: CaptureClock;
}

/** A block between its lengths. */
interface Block {
  readonly type: number;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
}

/**
 * The packets of a file of pcapng, of which the type of the first block was read.
 *
 * @throws {CaptureError} Where it is broken.
 */
export async function* readPcapng(
  source: ByteSource,
): AsyncGenerator<CapturedPacket> {
  let little = await readSection(source);
  let interfaces: CaptureInterface[] = [];
  let lastTime = 0;
  for (;;) {
    const head = await source.take(4);
    if (head === null) return;
    const type = new DataView(head.buffer, head.byteOffset, 4)
      .getUint32(0, little);
    if (type === blockType.SECTION_HEADER) {
      little = await readSection(source);
      interfaces = [];
      continue;
    }
    const block = await readBlock(source, type, little);
    if (type === blockType.INTERFACE) {
      interfaces.push(readInterface(block, little));
    } else if (type === blockType.ENHANCED_PACKET) {
      const packet = enhancedPacket(block, little, interfaces);
      lastTime = packet.time;
      yield packet;
    } else if (type === blockType.SIMPLE_PACKET) {
      yield simplePacket(block, little, interfaces, lastTime);
    }
  }
}

/** Reads the rest of the block that begins a section, and gives its byte order. */
async function readSection(source: ByteSource): Promise<boolean> {
  const bytes = await source.require(8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const little = view.getUint32(4, true) === BYTE_ORDER_MAGIC;
  if (!little && view.getUint32(4) !== BYTE_ORDER_MAGIC) {
    throw new CaptureError("A section has no byte order: the file is broken");
  }
  const length = checkLength(view.getUint32(0, little), 28);
  await source.require(length - 12);
  return little;
}

async function readBlock(
  source: ByteSource,
  type: number,
  little: boolean,
): Promise<Block> {
  const lengthOf = (bytes: Uint8Array<ArrayBuffer>): number =>
    new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, little);
  const length = checkLength(lengthOf(await source.require(4)), AROUND_LEN);
  const body = await source.require(length - AROUND_LEN);
  const behind = lengthOf(await source.require(4));
  if (behind !== length) {
    throw new CaptureError(
      `A block has the length ${length} in front and ${behind} behind: the file is broken`,
    );
  }
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return { type, body, view };
}

function checkLength(length: number, least: number): number {
  if (length >= least && length <= MAX_BLOCK_LEN && length % 4 === 0) {
    return length;
  }
  throw new CaptureError(
    `A block says that it has ${length} bytes: the file is broken`,
  );
}

function readInterface(
  { body, view }: Block,
  little: boolean,
): CaptureInterface {
  checkBody(body, INTERFACE_LEN);
  const options = readOptions(body.subarray(INTERFACE_LEN), little);
  return {
    linkType: view.getUint16(0, little),
    snapLength: view.getUint32(4, little),
    clock: new CaptureClock(options, little),
  };
}

function enhancedPacket(
  { body, view }: Block,
  little: boolean,
  interfaces: readonly CaptureInterface[],
): CapturedPacket {
  checkBody(body, ENHANCED_LEN);
  const word = (index: number): number => view.getUint32(index * 4, little);
  const { linkType, clock } = interfaceAt(interfaces, word(0));
  const length = word(3);
  checkBody(body, ENHANCED_LEN + length);
  const options = readOptions(
    body.subarray(ENHANCED_LEN + (length + 3 & ~3)),
    little,
  );
  return {
    time: clock.time(word(1), word(2)),
    linkType,
    data: body.subarray(ENHANCED_LEN, ENHANCED_LEN + length),
    originalLength: word(4),
    comments: textsOf(options, optionCode.COMMENT),
  };
}

function simplePacket(
  { body, view }: Block,
  little: boolean,
  interfaces: readonly CaptureInterface[],
  time: number,
): CapturedPacket {
  checkBody(body, SIMPLE_LEN);
  const { linkType, snapLength } = interfaceAt(interfaces, 0);
  const originalLength = view.getUint32(0, little);
  const length = snapLength === 0
    ? originalLength
    : Math.min(originalLength, snapLength);
  checkBody(body, SIMPLE_LEN + length);
  const data = body.subarray(SIMPLE_LEN, SIMPLE_LEN + length);
  return { time, linkType, data, originalLength, comments: [] };
}

function interfaceAt(
  interfaces: readonly CaptureInterface[],
  index: number,
): CaptureInterface {
  const found = interfaces[index];
  if (found !== undefined) return found;
  throw new CaptureError(
    `A packet is of interface ${index}, and there are ${interfaces.length}: the file is broken`,
  );
}

function checkBody(body: Uint8Array<ArrayBuffer>, least: number): void {
  if (body.length >= least) return;
  throw new CaptureError(
    `A block of ${body.length} bytes should have ${least}: the file is broken`,
  );
}
