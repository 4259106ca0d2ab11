/**
 * CBOR (RFC 8949) as a format of interfaces, with `cborg`, which is plain
 * JavaScript and strict in what it takes.
 *
 * Numbers, bigints, strings, booleans, null, `Uint8Array`, lists, plain objects
 * and maps can be sent. Tags are refused.
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
import { decode, encode } from "cborg";
import type { Format } from "./format.ts";

/**
 * Bodies as CBOR. Properties that are `undefined` are left out, as in JSON. Keys
 * of a received map must be strings, each of them once.
 */
export const cbor: Format = {
  name: "CBOR",
  copies: true,
  encode: (value) => encode(value, { ignoreUndefinedProperties: true }),
  decode: (data) => decode(data, { rejectDuplicateMapKeys: true }),
};
