import type { BodyData } from "../../protocol/body.ts";

/**
 * How values become the bytes of bodies. Your own is two functions; both sides
 * must use the same one.
 *
 * @example A format of one's own
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import type { Format } from "jsr:@fizyr/rpc/interface";
 *
 * const lines: Format = {
 *   name: "lines",
 *   encode: (value) => (value as string[]).join("\n"),
 *   decode: (data) => new TextDecoder().decode(data).split("\n"),
 * };
 * assertEquals(lines.encode(["a", "b"]), "a\nb");
 * ```
 */
export interface Format {
  /** What it is called, in descriptions and errors. */
  readonly name: string;
  /**
   * Makes a body of a value, and of null where the interface declares no body. What it throws
   * becomes `encode-failed`.
   */
  encode(value: unknown): BodyData;
  /** Makes a value of a body. What it throws becomes `decode-failed`. */
  decode(data: Uint8Array<ArrayBuffer>): unknown;
  /**
   * Whether no decoded value is a view of the bytes: large bodies then give their
   * memory back once they are decoded. Default: false.
   */
  readonly copies?: boolean | undefined;
}
