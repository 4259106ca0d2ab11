import { foreignProtocol } from "../../protocol/foreign_protocol.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";
import type { Conn } from "../sockets/conn.ts";
import type { ByteIo } from "./byte_io.ts";
import { ConnectionReset } from "../../internal/runtime/errors.ts";

/** The bytes of a socket, read straight into the decoder's slab. */
export class ConnIo implements ByteIo {
  readonly foreignProtocol = foreignProtocol;
  readonly keepsBytes = false;
  readonly losesOnClose: boolean;
  readonly #conn: Conn;
  #readAgain: boolean;
  #closed = false;

  /**
   * Takes over a connection.
   *
   * @param isUnix Whether it is a Unix socket. There, the other side has what was
   * sent already; and a reset, which tells once that the other side has closed
   * without reading all, isn't the end of what can be read.
   */
  constructor(conn: Conn, isUnix = false) {
    this.#conn = conn;
    this.#readAgain = isUnix;
    this.losesOnClose = !isUnix;
  }

  // Not an async function, which would cost one more promise on the hot path.
  receive(decoder: FrameDecoder): Promise<Message[] | null> {
    return this.#conn.read(decoder.space()).then(
      (n) => n === null ? null : decoder.commit(n),
      (error) => {
        if (!this.#readAgain) throw error;
        if (!(error instanceof ConnectionReset)) throw error;
        this.#readAgain = false;
        return this.receive(decoder);
      },
    );
  }

  send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    return this.#conn.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  ref(): void {
    this.#conn.ref();
  }

  unref(): void {
    this.#conn.unref();
  }
}
