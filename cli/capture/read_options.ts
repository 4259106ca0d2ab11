import { type BlockOption, optionCode } from "./pcapng_block.ts";

/** The options behind the fixed part of a block; those that are cut off are left out. */
export function readOptions(
  bytes: Uint8Array<ArrayBuffer>,
  little: boolean,
): BlockOption[] {
  const options: BlockOption[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 4 <= bytes.length;) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === optionCode.END || at + 4 + length > bytes.length) break;
    options.push({ code, value: bytes.subarray(at + 4, at + 4 + length) });
    at += 4 + (length + 3 & ~3);
  }
  return options;
}

/** The texts of the options with a code. */
export function textsOf(
  options: readonly BlockOption[],
  wanted: number,
): string[] {
  return options.filter(({ code }) => code === wanted)
    .map(({ value }) => new TextDecoder().decode(value));
}
