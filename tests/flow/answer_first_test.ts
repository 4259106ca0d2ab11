/** What answers a large body is written before memory is taken for the next one. */
import { assertEquals } from "@std/assert";
import { resolveStreamConfig } from "../../protocol/config.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { Message, MessageHeader, MessageType } from "../../protocol/mod.ts";
import { StreamBody } from "../../protocol/body.ts";
import { FrameChannel } from "../../transports/framed/frame_channel.ts";
import { frameOf, messageOf } from "../protocol/support.ts";
import { ReadyIo } from "./ready_io.ts";

const BODY_LEN = 64 * 1024;

/** Brings a frame with each read, and takes all bytes at once. */
class EchoingIo extends ReadyIo {
  readonly calls: string[] = [];
  readonly #frame: Uint8Array;
  #left: Uint8Array = new Uint8Array(0);

  constructor(bodyLen: number) {
    super();
    this.#frame = frameOf(messageOf(4, 1, 0, new Uint8Array(bodyLen)));
  }

  override receive(decoder: FrameDecoder): Promise<Message[]> {
    if (this.#left.length === 0) {
      this.#left = this.#frame;
      this.calls.push("receive");
    }
    const space = decoder.space();
    const part = this.#left.subarray(0, space.length);
    space.set(part);
    this.#left = this.#left.subarray(part.length);
    return Promise.resolve(decoder.commit(part.length));
  }

  override send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    this.calls.push("send");
    return super.send(bytes);
  }
}

Deno.test("The answer to a large body is written before the next one is read", async () => {
  const io = new EchoingIo(BODY_LEN);
  const channel = new FrameChannel(
    io,
    resolveStreamConfig({ maxBodyLenRead: BODY_LEN }),
  );
  const answer = new Message(
    new MessageHeader(MessageType.Response, 1, 0),
    new StreamBody("taken"),
  );
  const receive = async (): Promise<void> => {
    for (;;) {
      const messages = await channel.read();
      if (messages!.length > 0) return;
    }
  };
  let reading = receive();
  for (let i = 0; i < 10; i++) {
    await reading;
    // The memory for frames of one length is taken from the third on.
    if (i === 4) io.calls.length = 0;
    const written = Promise.withResolvers<void>();
    queueMicrotask(() => {
      channel.push(answer, false);
      channel.write().then(written.resolve, written.reject);
    });
    reading = receive();
    await written.promise;
  }
  await reading;
  const pairs = Array.from({ length: 6 }, () => ["send", "receive"]);
  assertEquals(io.calls, pairs.flat());
});
