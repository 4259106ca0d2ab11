import type { FrameDecoder } from "../../../protocol/frame_decoder.ts";
import type { Message } from "../../../protocol/message.ts";
import {
  BytePipe,
  MemoryIo,
} from "../../../transports/memory/memory_transport.ts";

/** An end of two pipes, whose process can be stopped, or only say no more. */
export class GatedIo extends MemoryIo {
  #reading: PromiseWithResolvers<void> | null = null;
  #writing: PromiseWithResolvers<void> | null = null;

  /** Makes two linked ends; the second one can be stopped. */
  static pair(): [MemoryIo, GatedIo] {
    const there = new BytePipe(), back = new BytePipe();
    return [new MemoryIo(back, there), new GatedIo(there, back)];
  }

  /** Neither reads nor writes from now on. */
  freeze(): void {
    this.#reading ??= Promise.withResolvers();
    this.mute();
  }

  /** Writes no more from now on, but reads. */
  mute(): void {
    this.#writing ??= Promise.withResolvers();
  }

  /** Goes on. */
  thaw(): void {
    this.#reading?.resolve();
    this.#writing?.resolve();
    this.#reading = this.#writing = null;
  }

  override async receive(decoder: FrameDecoder): Promise<Message[] | null> {
    await this.#reading?.promise;
    const messages = await super.receive(decoder);
    await this.#reading?.promise;
    return messages;
  }

  override async send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    await this.#writing?.promise;
    return await super.send(bytes);
  }

  override close(): void {
    super.close();
    this.thaw();
  }
}
