// Just what this project uses of @std/bytes; deno-std ships no types.
export function concat(
  buffers: readonly Uint8Array[],
): Uint8Array<ArrayBuffer>;
export function equals(a: Uint8Array, b: Uint8Array): boolean;
