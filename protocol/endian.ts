/**
 * A byte order. `"native"` is the machine's own, which is little endian on
 * everything that Deno runs on; both sides must agree.
 */
export type Endian = "little" | "big" | "native";

const NATIVE_IS_LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Whether a byte order is little endian on this machine.
 *
 * @throws {TypeError} If it is no byte order.
 */
export function isLittleEndian(endian: Endian): boolean {
  switch (endian) {
    case "little":
      return true;
    case "big":
      return false;
    case "native":
      return NATIVE_IS_LITTLE;
    default:
      throw new TypeError(
        `endian must be "little", "big" or "native", got ${
          JSON.stringify(endian)
        }`,
      );
  }
}
