/**
 * A number that CBOR writes as a float even where it is an integer. `ciborium`
 * of Rust reads an `f64` only from a float: it refuses the integer 21. It arrives
 * as a number.
 *
 * @example A temperature for an `f64` of Rust
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { cbor, CborFloat } from "jsr:@fizyr/rpc/interface/cbor";
 *
 * const data = cbor.encode({ celsius: new CborFloat(21) });
 * assertEquals(cbor.decode(data as Uint8Array<ArrayBuffer>), { celsius: 21 });
 * ```
 */
export class CborFloat {
  /** The number. */
  readonly value: number;

  /** Takes the number. */
  constructor(value: number) {
    this.value = value;
  }
}
