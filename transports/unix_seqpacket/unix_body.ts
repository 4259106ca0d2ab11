import {
  type Body,
  type BodyData,
  type BodyInput,
  checkAttached,
  decodeText,
  isLent,
  lentMemory,
  StreamBody,
  toBytes,
} from "../../protocol/body.ts";
import { sentBodies } from "../../protocol/short_bodies.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";

/**
 * The body of a message on a Unix seqpacket socket: bytes and file descriptors.
 *
 * - Received descriptors belong to whoever receives the message: close them, or
 *   dispose the body (`using`), or take them out of `fds`. If nobody takes the
 *   message, they are closed.
 * - `data` of a received body of up to 2 KiB is a view of a buffer of 16 KiB, which
 *   other bodies of the connection share. Take `data.slice()` if you keep the data
 *   for long, or transfer it to another thread.
 * - Sending a body doesn't close its descriptors. You may close them once the send
 *   has resolved.
 *
 * @example Taking a descriptor out of a body
 * ```ts ignore
 * import { connect } from "jsr:@fizyr/rpc";
 *
 * await using peer = await connect("unix+seqpacket:/run/cell.sock");
 * using body = (await peer.call(1, "the log, please")).body;
 * const [log] = body.fds.splice(0, 1);
 * ```
 */
export class UnixBody implements Body {
  /** The bytes. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** The descriptors, in the order sent. */
  readonly fds: FileDescriptor[];

  /**
   * Puts bytes and descriptors together. Bytes aren't copied, a string is encoded
   * as UTF-8.
   *
   * @throws {TypeError} If `data` is neither a string nor bytes.
   */
  constructor(data: BodyData = "", fds: FileDescriptor[] = []) {
    this.data = toBytes(data);
    this.fds = fds;
  }

  /**
   * The bytes decoded as UTF-8, as `Response.text()` of fetch does: invalid ones
   * become U+FFFD, and a U+FEFF at the beginning is left out.
   */
  text(): string {
    return decodeText(this.data);
  }

  /**
   * The bytes parsed as JSON.
   *
   * @throws {SyntaxError} If they are no JSON.
   */
  json(): unknown {
    return JSON.parse(this.text());
  }

  /** Closes the descriptors that are still in `fds`. */
  [Symbol.dispose](): void {
    for (const fd of this.fds) fd.close();
  }
}

/**
 * Turns what the user gave into a body.
 *
 * @throws {TypeError} If it is no body, or an element of `fds` is no descriptor or
 * a closed one.
 */
export function toUnixBody(input: BodyInput<UnixBody>): UnixBody {
  if (isLent(input)) return new UnixBody(input[lentMemory].copy());
  if (
    typeof input !== "object" || input === null || ArrayBuffer.isView(input) ||
    !("data" in input)
  ) {
    return unixBody(input as BodyData);
  }
  if (input instanceof StreamBody || input.fds === undefined) {
    return unixBody(input.data);
  }
  // Most bodies have no descriptors, and then making an empty list would cost more
  // than all else here.
  if (Array.isArray(input.fds) && input.fds.length === 0) {
    return unixBody(input.data);
  }
  // A copy: the list may change while the message waits to be sent.
  const fds = [...input.fds];
  for (const fd of fds) {
    if (!(fd instanceof FileDescriptor)) {
      throw new TypeError(
        "fds must be FileDescriptors: new FileDescriptor(number) makes one",
      );
    }
    // Throws if it is closed.
    void fd.fd;
  }
  return unixBody(input.data, fds);
}

function unixBody(data: BodyData, fds?: FileDescriptor[]): UnixBody {
  // Nobody else has the bytes of a text, so they may share memory with others. Missing
  // data is not an empty body: toBytes throws.
  const bytes = typeof data === "string"
    ? sentBodies.encode(data)
    : toBytes(data);
  const body = new UnixBody(bytes, fds);
  checkAttached(body.data);
  return body;
}
