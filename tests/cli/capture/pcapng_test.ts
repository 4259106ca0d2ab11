/** Pcapng as other programs write it, and as nobody should. */
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { readPackets } from "../../../cli/capture/read_packets.ts";
import { encodeBlock, words } from "../../../cli/capture/pcapng_block.ts";
import { chunked } from "./packets.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const SECTION = encodeBlock(0x0a0d0d0a, [
  words(0x1a2b3c4d, 1, 0xffff_ffff, 0xffff_ffff),
]);

function face(options: Parameters<typeof encodeBlock>[2] = []): Bytes {
  return encodeBlock(1, [words(101, 0)], options);
}

function packet(
  { face = 0, high = 0, low = 0, data = new Uint8Array([1, 2, 3]), length }: {
    readonly face?: number;
    readonly high?: number;
    readonly low?: number;
    readonly data?: Bytes;
    readonly length?: number;
  } = {},
): Bytes {
  const said = length ?? data.length;
  return encodeBlock(6, [words(face, high, low, said, data.length), data]);
}

/** A number of 64 bits, little endian. */
function seconds(value: bigint): Bytes {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, value, true);
  return new Uint8Array(view.buffer);
}

async function read(...blocks: Bytes[]) {
  const found: { time: number; data: number[] }[] = [];
  try {
    for await (const { time, data } of readPackets(chunked(concat(blocks)))) {
      found.push({ time, data: [...data] });
    }
    return { found, error: null };
  } catch (error) {
    return { found, error: (error as Error).message };
  }
}

Deno.test("the clock of an interface has any resolution", async () => {
  const resolutions: [number[] | null, number, number, number][] = [
    [null, 0, 1_500_000, 1500],
    [[6], 1, 0, 4_294_967.296],
    [[9], 0, 1_500_000_000, 1500],
    [[3], 0, 1500, 1500],
    [[0x80 | 10], 0, 1536, 1500],
    [[0], 0, 2, 2000],
  ];
  for (const [resolution, high, low, time] of resolutions) {
    const options = resolution === null
      ? []
      : [{ code: 9, value: Uint8Array.from(resolution) }];
    const { found } = await read(SECTION, face(options), packet({ high, low }));
    assertEquals(found, [{ time, data: [1, 2, 3] }]);
  }
  const offset = [{ code: 14, value: seconds(-2n) }];
  const { found } = await read(SECTION, face(offset), packet());
  assertEquals(found[0]?.time, -2000);
});

Deno.test("a big-endian section is read, and one behind another", async () => {
  const big = Uint8Array.from([
    ...[0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d],
    ...[0, 1, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 28],
    ...[0, 0, 0, 1, 0, 0, 0, 20, 0, 101, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20],
    ...[0, 0, 0, 6, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 232],
    ...[0, 0, 0, 2, 0, 0, 0, 2, 7, 8, 0, 0, 0, 0, 0, 36],
  ]);
  const { found, error } = await read(big, SECTION, face(), packet());
  assertEquals(error, null);
  assertEquals(found, [{ time: 1, data: [7, 8] }, {
    time: 0,
    data: [1, 2, 3],
  }]);
});

Deno.test("simple packets are read, other blocks passed over", async () => {
  const simple = encodeBlock(3, [words(3), new Uint8Array([7, 8, 9])]);
  const other = encodeBlock(0xbad, [new Uint8Array(40)]);
  const { found } = await read(SECTION, other, face(), packet(), other, simple);
  assertEquals(found.map(({ data }) => data), [[1, 2, 3], [7, 8, 9]]);
});

Deno.test("lengths that lie end the reading, and take no memory", async () => {
  const lie = (at: number, value: number, block: Bytes): Bytes => {
    const broken = block.slice();
    new DataView(broken.buffer).setUint32(at, value, true);
    return broken;
  };
  const good = [SECTION, face(), packet()];
  const cases: [Bytes, RegExp][] = [
    [lie(4, 0xffff_fffc, packet()), /says that it has 4294967292 bytes/],
    [lie(4, 8, packet()), /says that it has 8 bytes/],
    [lie(4, 35, packet()), /says that it has 35 bytes/],
    [lie(32, 40, packet()), /length 36 in front and 40 behind/],
    [packet({ length: 400 }), /should have 420/],
    [packet({ length: 0xffff_ffff }), /should have/],
    [packet({ face: 5 }), /of interface 5, and there are 1/],
    [encodeBlock(6, [words(0)]), /should have 20/],
    [encodeBlock(1, [words(101)]), /should have 8/],
    [encodeBlock(3, []), /should have 4/],
    [encodeBlock(3, [words(0x7fff_ffff)]), /should have/],
    [lie(8, 7, SECTION), /no byte order/],
    [lie(4, 0, SECTION), /says that it has 0 bytes/],
  ];
  for (const [block, expected] of cases) {
    const { found, error } = await read(...good, block, packet());
    assertEquals(found.length, 1, String(expected));
    assert(expected.test(error ?? ""), `${expected}: ${error}`);
  }
});

Deno.test("options that lie are left out", async () => {
  const option = (code: number, length: number): Bytes => {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, code, true);
    view.setUint16(2, length, true);
    return bytes;
  };
  const head = words(0, 0, 0, 0, 0);
  const lying = encodeBlock(6, [head, option(1, 0xffff)]);
  const { found, error } = await read(SECTION, face(), lying, packet());
  assertEquals([found.length, error], [2, null]);
});

Deno.test("the file is let go, also where it is broken", async () => {
  for (const file of [concat([SECTION, face()]), new Uint8Array(9)]) {
    let isOpen = true;
    const reading = (async function* () {
      try {
        yield file;
        // More would come.
        yield await Promise.resolve(new Uint8Array(4));
      } finally {
        isOpen = false;
      }
    })();
    await Array.fromAsync(readPackets(reading)).catch(() => {});
    assertEquals(isOpen, false);
  }
});

Deno.test("what is no capture is told", async () => {
  const text = new TextEncoder().encode("no capture at all");
  assert((await read(text)).error!.startsWith("The file is no capture"));
  assertEquals((await read(new Uint8Array())).error, "The file is empty");
  const short = (await read(new Uint8Array(2))).error!;
  assert(short.includes("ends 2 bytes too early"), short);
});
