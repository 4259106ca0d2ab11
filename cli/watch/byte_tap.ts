import { resolveStreamConfig } from "../../protocol/config.ts";
import type { Endian } from "../../protocol/header.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";

/** Decodes the bytes that it is given, and keeps them to be passed on as they are. */
export class ByteTap extends FrameDecoder {
  #space = new Uint8Array();
  #bytes: Uint8Array<ArrayBuffer>[] = [];

  /**
   * Makes one for one direction of a connection.
   *
   * @param maxBody The longest body that is decoded. What is behind a longer one isn't
   * decoded any more.
   */
  constructor(maxBody: number, endian: Endian) {
    super(resolveStreamConfig({ maxBodyLenRead: maxBody, endian }));
  }

  override space(): Uint8Array<ArrayBuffer> {
    return this.#space = super.space();
  }

  override commit(n: number): Message[] {
    this.#bytes.push(this.#space.subarray(0, n));
    return super.commit(n);
  }

  override push(chunk: Uint8Array<ArrayBuffer>): Message[] {
    this.#bytes.push(chunk);
    return super.push(chunk);
  }

  /** Takes the bytes that have come. */
  takeBytes(): Uint8Array<ArrayBuffer>[] {
    const bytes = this.#bytes;
    this.#bytes = [];
    return bytes;
  }
}
