import {
  type Body,
  type BodyData,
  type BodyInput,
  checkAttached,
  decodeText,
  StreamBody,
  toBytes,
} from "../../protocol/body.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";

/**
 * The body of a message on a Unix seqpacket socket: bytes and file descriptors.
 *
 * - Received descriptors belong to whoever receives the message: close them, or
 *   the body (`using`), or take them out of `fds`. Those of a message that nobody
 *   takes are closed.
 * - `data` of a received body of up to 2 KiB is a view of a buffer of 16 KiB, which
 *   others of the connection share: take `data.slice()` of data that you keep for
 *   long, or transfer to another thread.
 * - Sending a body doesn't close its descriptors: they can be closed once the send
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
 * Makes a body of what the user gave.
 *
 * @throws {TypeError} If it is no body, or a descriptor is none or is closed.
 */
export function toUnixBody(input: BodyInput<UnixBody>): UnixBody {
  if (
    typeof input !== "object" || input === null || ArrayBuffer.isView(input) ||
    !("data" in input)
  ) {
    return unixBody(input as BodyData);
  }
  if (input instanceof StreamBody || input.fds === undefined) {
    return unixBody(input.data);
  }
  // Most have none, and then a list of none costs more than the rest of this.
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
  // Missing data is no empty body: toBytes says so.
  const body = new UnixBody(data ?? toBytes(data), fds);
  checkAttached(body.data);
  return body;
}
