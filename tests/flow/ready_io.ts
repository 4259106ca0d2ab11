import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";
import type { ByteIo } from "../../transports/framed/byte_io.ts";

/** Takes all bytes at once, as a socket with room does. */
export class ReadyIo implements ByteIo {
  readonly keepsBytes = false;
  readonly losesOnClose = false;
  readonly writes: number[] = [];

  receive(_decoder: FrameDecoder): Promise<Message[] | null> {
    return Promise.resolve(null);
  }

  send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    this.writes.push(bytes.length);
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
  ref(): void {}
  unref(): void {}
}
