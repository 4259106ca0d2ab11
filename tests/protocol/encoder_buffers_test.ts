/** How much memory the chunks of an encoder keep, and when what is written settles. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { concat, equals } from "@std/bytes";
import {
  Message,
  MessageEncoderStream,
  MessageHeader,
  type MessageType,
  Peer,
  type PeerHandle,
  RpcError,
  StreamBody,
  StreamTransport,
} from "../../mod.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { FrameChannel } from "../../transports/framed/frame_channel.ts";
import type { ByteIo } from "../../transports/framed/byte_io.ts";
import { frame, parse, RESPONSE, STREAM } from "../support/scripted_frames.ts";
import { turns } from "../support/scripted_turn.ts";

const KIB = 1024;
const LIMITS = { maxBodyLenRead: 1024 * KIB, maxBodyLenWrite: 1024 * KIB };

type Bytes = Uint8Array<ArrayBuffer>;

function message(length: number, type: MessageType = STREAM): Message {
  const body = new StreamBody(new Uint8Array(length).fill(length));
  return new Message(new MessageHeader(type, 0, 1), body);
}

Deno.test("A MessageEncoderStream gives chunks that keep nothing else, whatever came before", async () => {
  const { readable, writable } = new MessageEncoderStream(LIMITS);
  const writer = writable.getWriter();
  const reader = readable.getReader();
  const lengths = [2, 200_000, 2, 0, 5000, 100_000, 1, 255 * KIB, 2, 8192, 2];
  for (const length of lengths) {
    const [, { value }] = await Promise.all([
      writer.write(message(length)),
      reader.read(),
    ]);
    assert(value !== undefined);
    assert(equals(value, frame(STREAM, 0, 1, message(length).body.data)));
    assertEquals(value.buffer.byteLength, value.length, `${length} bytes`);
  }
  await Promise.all([writer.close(), reader.read()]);
});

/** A peer over a pair of streams, and the chunks that its sink has got. */
function peerWithSink(): { peer: PeerHandle; chunks: Bytes[] } {
  const chunks: Bytes[] = [];
  const transport = new StreamTransport({
    readable: new ReadableStream<Bytes>(),
    writable: new WritableStream<Bytes>({
      write: (chunk) => void chunks.push(chunk),
    }),
  }, LIMITS);
  // The readable side never ends: nothing is to wait for that.
  const peer = Peer.spawn(transport, { closeTimeout: 0 });
  return { peer, chunks };
}

Deno.test("A StreamTransport gives its sink chunks that keep nothing else after a large one", async () => {
  const { peer, chunks } = peerWithSink();
  const lengths = [2, 200_000, 2, 5000, 255 * KIB, 1, 300 * KIB, 0, 2];
  for (const length of lengths) {
    const before = chunks.length;
    const { data } = message(length).body;
    await peer.sendStream(1, data);
    // The sink takes it all at once.
    await turns(3);
    const bytes = concat(chunks.slice(before));
    assert(equals(bytes, frame(STREAM, 0, 1, data)), `${length} bytes`);
    const buffers = new Set(chunks.slice(before).map(({ buffer }) => buffer));
    let kept = 0;
    for (const { byteLength } of buffers) kept += byteLength;
    assertEquals(kept, bytes.length, `${length} bytes`);
  }
  await peer.close();
});

Deno.test("A StreamTransport writes batches in order, and keeps little for small ones", async () => {
  const { peer, chunks } = peerWithSink();
  await peer.sendStream(0, new Uint8Array(200_000));
  await turns(3);
  for (const count of [1, 2, 50, 400]) {
    chunks.length = 0;
    for (let i = 0; i < count; i++) peer.sendStream(i, "");
    await turns(3);
    const { frames, rest } = parse(concat(chunks));
    assertEquals([frames.length, rest], [count, 0]);
    frames.forEach(({ serviceId }, i) => assertEquals(serviceId, i));
    for (const { buffer } of chunks) {
      assert(
        buffer.byteLength <= 16 * KIB,
        `${buffer.byteLength} for ${count}`,
      );
    }
  }
  await peer.close();
});

/** Takes so many writes, lets one wait, and then fails it. */
class FailingIo implements ByteIo {
  readonly keepsBytes = false;
  readonly losesOnClose = false;
  readonly waiting = Promise.withResolvers<void>();
  readonly #fail = Promise.withResolvers<number>();
  #left: number;

  constructor(writes: number) {
    this.#left = writes;
  }

  send(bytes: Bytes): Promise<number> {
    if (this.#left-- > 0) return Promise.resolve(bytes.length);
    this.waiting.resolve();
    return this.#fail.promise;
  }

  fail(): void {
    this.#fail.reject(new Error("no such wire"));
  }

  receive(): Promise<null> {
    return Promise.resolve(null);
  }

  async closeWrite(): Promise<void> {}
  close(): void {}
  ref(): void {}
  unref(): void {}
}

// A head, and then the pieces: 256, 256 and 88 KiB.
for (let writes = 0; writes <= 3; writes++) {
  for (const detached of [false, true]) {
    const how = detached ? "that was let go of" : "that is still held";
    Deno.test(`A large response ${how} settles once when its write ${writes} fails`, async () => {
      const io = new FailingIo(writes);
      const channel = new FrameChannel(io, resolveStreamConfig(LIMITS));
      const settled: string[][] = [];
      for (const type of [RESPONSE, RESPONSE, STREAM] as const) {
        const calls: string[] = [];
        settled.push(calls);
        channel.push(
          message(600 * KIB, type),
          type === RESPONSE,
          (error) => calls.push(error?.code ?? "done"),
        );
      }
      const failed = assertRejects(() => channel.write(), RpcError);
      await io.waiting.promise;
      if (detached) {
        channel.detach();
        assertEquals(settled, [["done"], ["done"], []]);
      }
      io.fail();
      await failed;
      channel.detach();
      const gone = "connection-aborted";
      // The last piece is a copy: nothing is held for it any more.
      const first = detached || writes === 3 ? "done" : gone;
      const second = detached ? "done" : gone;
      assertEquals(settled, [[first], [second], [gone]]);
    });
  }
}
