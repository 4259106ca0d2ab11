const TILE = 256;
const BLOCK = 1 << 16;

/**
 * Fills a body so that each byte tells its number and where in the body it is:
 * byte i is `31 * number + (i >> 16) + i * (2 * number + 1)`.
 */
export function fillBody(body: Uint8Array, number: number): void {
  const step = 2 * number + 1;
  for (let start = 0; start < body.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, body.length);
    const first = number * 31 + start / BLOCK;
    let filled = Math.min(start + TILE, end);
    for (let i = start; i < filled; i++) body[i] = first + i * step;
    // Within a block the bytes repeat after each tile.
    while (filled < end) {
      const length = Math.min(filled - start, end - filled);
      body.copyWithin(filled, start, start + length);
      filled += length;
    }
  }
}

/** A body of a number, whose bytes tell that number and where they are. */
export function numberedBody(
  number: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(length);
  fillBody(body, number);
  return body;
}
