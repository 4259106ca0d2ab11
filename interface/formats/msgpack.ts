/**
 * MessagePack as a format of interfaces.
 *
 * Numbers, bigints of 64 bits, strings, booleans, null, `Uint8Array`, lists, plain
 * objects and `Map`s can be sent. Anything else is refused, as it would arrive
 * as something else.
 *
 * @example Bytes within an object
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { msgpack } from "jsr:@fizyr/rpc/interface/msgpack";
 *
 * const image = { width: 2, pixels: new Uint8Array([0, 255]) };
 * assertEquals(msgpack.decode(msgpack.encode(image) as Uint8Array<ArrayBuffer>), image);
 * ```
 *
 * @module
 */
import type { Format } from "./format.ts";
import { decodeMessagePack } from "./msgpack_decode.ts";
import { encodeMessagePack } from "./msgpack_encode.ts";

/**
 * Bodies as MessagePack, as `rmp_serde::to_vec_named` writes them.
 *
 * - Integers: a number up to 2^53 - 1 goes out as an integer, which a `u64` of Rust
 *   reads. One that arrives is a number up to 2^53 - 1 and a bigint beyond, whatever
 *   it was sent as. A schema can make a bigint of it.
 * - Texts: U+FEFF is kept. Half of a surrogate pair is refused, and so is what
 *   arrives and is no UTF-8.
 * - Properties that are `undefined` are left out, as in JSON. An `undefined` in a
 *   list is refused.
 * - Maps arrive as plain objects. Keys may be texts, integers and booleans, each of
 *   them once. Send a `Map` with numbers as keys where Rust has a map of integers.
 * - A received `Uint8Array` is a view of the body: copy what you keep for
 *   long with `slice()`.
 */
export const msgpack: Format = {
  name: "MessagePack",
  encode: encodeMessagePack,
  decode: decodeMessagePack,
};
