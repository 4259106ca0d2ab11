/**
 * MessagePack as a format of interfaces, with `@std/msgpack`.
 *
 * Numbers, strings, booleans, null, `Uint8Array`, lists and plain objects can be
 * sent, and bigints of 64 bits. Property names are strings or numbers.
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
import { indexOfNeedle } from "@std/bytes";
import { decode, encode } from "@std/msgpack";
import type { Format } from "./format.ts";

const PROTO = new TextEncoder().encode("__proto__");

/**
 * Bodies as MessagePack. A value in which an `undefined` stands can't be sent. A
 * received `Uint8Array` is a view of the body: take `slice()` of what is kept for
 * long. A body with the text `__proto__` anywhere in it is refused, since as a
 * name of a property it would give the object another prototype.
 */
export const msgpack: Format = {
  name: "MessagePack",
  // What can't be encoded is refused at run time.
  encode: (value) => encode(value as Parameters<typeof encode>[0]),
  decode(data) {
    if (indexOfNeedle(data, PROTO) >= 0) {
      throw new TypeError("It contains __proto__, which is refused");
    }
    return decode(data);
  },
};
