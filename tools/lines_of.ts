import { TextLineStream } from "@std/streams";

/** The lines of a stream of bytes, decoded as UTF-8. */
export function linesOf(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): ReadableStream<string> {
  return bytes
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
}
