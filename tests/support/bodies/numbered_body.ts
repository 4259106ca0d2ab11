/** Fills a body so that each byte tells its number and where in the body it is. */
export function fillBody(body: Uint8Array, number: number): void {
  const step = 2 * number + 1;
  for (let i = 0; i < body.length; i++) {
    body[i] = number * 31 + (i >> 16) + i * step;
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
