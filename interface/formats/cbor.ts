/**
 * CBOR (RFC 8949) as a format of interfaces.
 *
 * Numbers, bigints, strings, booleans, null, undefined, `Uint8Array`, lists, plain
 * objects and `Map`s can be sent. Anything else is refused, as it would arrive
 * as something else.
 *
 * @example Bytes within an object
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { cbor } from "jsr:@fizyr/rpc/interface/cbor";
 *
 * const image = { width: 2, pixels: new Uint8Array([0, 255]) };
 * assertEquals(cbor.decode(cbor.encode(image) as Uint8Array<ArrayBuffer>), image);
 * ```
 *
 * @module
 */
import { decodeCbor } from "./cbor_decode.ts";
import { encodeCbor } from "./cbor_encode.ts";
import type { Format } from "./format.ts";
export { CborFloat } from "./cbor_float.ts";

/**
 * Bodies as CBOR, as `ciborium` of Rust reads and writes them.
 *
 * - Integers: a number up to 2^53 - 1 goes out as an integer, and a bigint comes
 *   back as a bigint. An integer that another program sends is a number up to
 *   2^53 - 1, and a bigint beyond.
 * - Floats: `ciborium` takes an `f64` from a float only. Give a {@linkcode CborFloat}
 *   for one that may be an integer.
 * - Texts: U+FEFF is kept. Half of a surrogate pair is refused, and so is what
 *   arrives and is no UTF-8.
 * - Properties that are `undefined` are left out, as in JSON.
 * - Maps arrive as plain objects. Keys may be texts, integers and booleans, each of
 *   them once. Send a `Map` with numbers as keys where Rust has a map of integers.
 * - Tags are refused, except those of bignums.
 */
export const cbor: Format = {
  name: "CBOR",
  copies: true,
  encode: encodeCbor,
  decode: decodeCbor,
};
