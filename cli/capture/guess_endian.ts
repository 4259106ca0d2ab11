import {
  FRAME_HEAD_LEN,
  HEADER_LEN,
  MAX_MESSAGE_TYPE,
} from "../../protocol/header.ts";

/**
 * Guesses the byte order of a connection by the first head of a frame: read the wrong
 * way round, a length is absurd or far larger, or a type unknown.
 */
export function guessEndian(
  head: Uint8Array<ArrayBuffer>,
  maxBody: number,
): "little" | "big" {
  const view = new DataView(head.buffer, head.byteOffset, FRAME_HEAD_LEN);
  const isGood = (little: boolean): boolean => {
    const length = view.getUint32(0, little);
    return length >= HEADER_LEN && length - HEADER_LEN <= maxBody &&
      view.getUint32(4, little) <= MAX_MESSAGE_TYPE;
  };
  if (isGood(true) !== isGood(false)) return isGood(true) ? "little" : "big";
  return view.getUint32(0, true) <= view.getUint32(0) ? "little" : "big";
}
