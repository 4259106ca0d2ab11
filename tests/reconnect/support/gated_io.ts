import type { FrameDecoder } from "../../../protocol/frame_decoder.ts";
import type { Message } from "../../../protocol/message.ts";
import { BytePipe } from "../../../transports/memory/byte_pipe.ts";
import { MemoryIo } from "../../../transports/memory/memory_io.ts";

/** An end of two pipes, whose process can be stopped. */
export class GatedIo extends MemoryIo {
  #gate: PromiseWithResolvers<void> | null = null;

  /** Makes two linked ends; the second one can be stopped. */
  static pair(): [MemoryIo, GatedIo] {
    const there = new BytePipe(), back = new BytePipe();
    return [new MemoryIo(back, there), new GatedIo(there, back)];
  }

  /** Neither reads nor writes from now on. */
  freeze(): void {
    this.#gate ??= Promise.withResolvers();
  }

  /** Goes on. */
  thaw(): void {
    this.#gate?.resolve();
    this.#gate = null;
  }

  override async receive(decoder: FrameDecoder): Promise<Message[] | null> {
    await this.#gate?.promise;
    const messages = await super.receive(decoder);
    await this.#gate?.promise;
    return messages;
  }

  override async send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    await this.#gate?.promise;
    return await super.send(bytes);
  }

  override close(): void {
    super.close();
    this.thaw();
  }
}
