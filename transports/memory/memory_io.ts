import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";
import type { ByteIo } from "../framed/byte_io.ts";
import type { BytePipe } from "./byte_pipe.ts";

/** One end of two pipes in memory. */
export class MemoryIo implements ByteIo {
  // A pipe copies the bytes.
  readonly keepsBytes = false;
  readonly losesOnClose = false;
  readonly #input: BytePipe;
  readonly #output: BytePipe;

  /** Reads from one pipe and writes to the other. */
  constructor(input: BytePipe, output: BytePipe) {
    this.#input = input;
    this.#output = output;
  }

  async receive(decoder: FrameDecoder): Promise<Message[] | null> {
    const chunk = await this.#input.read();
    return chunk === null ? null : decoder.push(chunk);
  }

  send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    return this.#output.write(bytes);
  }

  closeWrite(): Promise<void> {
    this.#output.end();
    return Promise.resolve();
  }

  close(): void {
    this.#output.end();
    this.#input.break();
  }

  // A connection in memory never keeps the program alive.
  ref(): void {}
  unref(): void {}
}
