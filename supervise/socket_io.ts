import type { Socket } from "node:net";
import type { FrameDecoder } from "../protocol/frame_decoder.ts";
import type { Message } from "../protocol/message.ts";
import type { ByteIo } from "../transports/framed/byte_io.ts";

/** A socket of `node:net` under the framing. */
export class SocketIo implements ByteIo {
  /** A write resolves when the system has its bytes. */
  readonly keepsBytes = false;
  readonly losesOnClose = true;
  readonly #socket: Socket;
  #ended = false;
  #error: unknown = null;
  #arrived: PromiseWithResolvers<void> | null = null;

  /** Takes over a socket. */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("readable", () => this.#wake());
    socket.on("end", () => this.#end(null));
    socket.on("close", () => this.#end(null));
    socket.on("error", (error) => this.#end(error));
  }

  async receive(decoder: FrameDecoder): Promise<Message[] | null> {
    for (;;) {
      const chunk: Uint8Array<ArrayBuffer> | null = this.#socket.read();
      if (chunk !== null) {
        const { buffer, byteOffset, byteLength } = chunk;
        return decoder.push(new Uint8Array(buffer, byteOffset, byteLength));
      }
      if (this.#error !== null) throw this.#error;
      if (this.#ended) return null;
      this.#arrived ??= Promise.withResolvers();
      await this.#arrived.promise;
    }
  }

  send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.write(
        bytes,
        (error) => error ? reject(error) : resolve(bytes.byteLength),
      );
    });
  }

  closeWrite(): Promise<void> {
    this.#socket.end();
    return Promise.resolve();
  }

  close(): void {
    this.#socket.destroy();
    this.#end(null);
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  #end(error: unknown): void {
    this.#error ??= error;
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    this.#arrived?.resolve();
    this.#arrived = null;
  }
}
