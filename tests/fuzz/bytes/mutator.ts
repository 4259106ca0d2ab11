import { concat } from "@std/bytes";
import type { Prng } from "../prng.ts";
import { mutateJson } from "./mutate_json.ts";
import type { Bytes } from "./target.ts";

/** Numbers at which something may change: lengths, ids, kinds. */
const EDGES = [
  0,
  1,
  2,
  3,
  4,
  5,
  11,
  12,
  13,
  127,
  128,
  255,
  256,
  8192 + 12,
  8192 + 13,
  0x7fff_ffff,
  0x8000_0000,
  0x8000_0004,
  0x8000_0005,
  0xffff_ffff,
];

/** The longest input. */
const MAX_LEN = 32 * 1024;
const MAX_JSON_LEN = 1024 * 1024;

/** What mutations are made with. */
export interface Material {
  readonly corpus: readonly Bytes[];
  readonly words: readonly Bytes[];
  readonly isJson?: boolean;
}

/** Makes an input of one that is as it should be. */
export function mutate(
  { corpus, words, isJson = false }: Material,
  random: Prng,
): Bytes {
  if (isJson && !random.oneIn(4)) {
    return mutateJson(random.pick(corpus), random).slice(0, MAX_JSON_LEN);
  }
  if (random.oneIn(40)) return random.bytes(random.int(0, 200));
  let bytes = random.pick(corpus);
  // Some come as they are, so that what is behind the decoding is met.
  if (random.oneIn(20)) return bytes.slice();
  for (let i = random.pick([1, 1, 1, 2, 3, 8]); i > 0; i--) {
    bytes = mutateOnce(bytes, { corpus, words }, random);
  }
  return bytes.slice(0, MAX_LEN);
}

function mutateOnce(
  bytes: Bytes,
  { corpus, words }: Material,
  random: Prng,
): Bytes {
  const { length } = bytes;
  const at = random.int(0, length);
  const end = Math.min(
    length,
    at + random.int(1, random.pick([1, 4, 40, 400])),
  );
  const piece = bytes.subarray(at, end);
  switch (random.int(0, 9)) {
    case 0:
      return replaced(bytes, at, at + 1, [
        (bytes[at] ?? 0) ^ (1 << random.int(0, 7)),
      ]);
    case 1:
      return replaced(bytes, at, at + 1, [random.int(0, 255)]);
    case 2:
      return number(bytes, random);
    case 3:
      return bytes.slice(0, at);
    case 4:
      return replaced(bytes, at, end, []);
    case 5:
      // Many times, so that what nests gets deep.
      return replaced(bytes, at, at, repeated(piece, random));
    case 6:
      return replaced(bytes, at, at, random.bytes(random.int(1, 20)));
    case 7: {
      const other = random.pick(corpus);
      const from = random.int(0, other.length);
      return replaced(bytes, at, end, other.subarray(from));
    }
    case 8:
      return concat([bytes, random.pick(corpus)]);
    default:
      if (words.length === 0) return bytes;
      return replaced(bytes, at, random.pick([at, end]), random.pick(words));
  }
}

/** Puts an integer in front, in the middle or where a word of four bytes is. */
function number(bytes: Bytes, random: Prng): Bytes {
  const edge = random.pick(EDGES);
  const word = new Uint8Array(4);
  new DataView(word.buffer).setUint32(0, edge, random.oneIn(4) ? false : true);
  const at = random.oneIn(2)
    ? random.int(0, bytes.length)
    : 4 * random.int(0, bytes.length >> 2);
  return replaced(bytes, at, at + 4, word);
}

function repeated(piece: Bytes, random: Prng): Bytes {
  const times = random.pick([1, 1, 2, 10, 300]);
  return concat(Array<Bytes>(times).fill(piece)).slice(0, MAX_LEN);
}

function replaced(
  bytes: Bytes,
  from: number,
  to: number,
  by: ArrayLike<number>,
): Bytes {
  return concat([
    bytes.subarray(0, from),
    Uint8Array.from(by),
    bytes.subarray(to),
  ]);
}

/** The smallest input that a test still takes, as far as leaving out bytes goes. */
export async function minimize(
  input: Bytes,
  fails: (input: Bytes) => Promise<boolean>,
): Promise<Bytes> {
  let best = input;
  for (let piece = input.length; piece >= 1; piece >>= 1) {
    for (let at = 0; at < best.length;) {
      const shorter = concat([best.subarray(0, at), best.subarray(at + piece)]);
      if (await fails(shorter)) best = shorter;
      else at += piece;
    }
  }
  return best;
}
