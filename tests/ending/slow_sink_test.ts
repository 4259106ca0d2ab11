/** Sinks of a StreamTransport that take a large body slowly, or not at all. */
import { assert, assertEquals } from "@std/assert";
import { concat, equals } from "@std/bytes";
import { type PeerHandle, RpcError, StreamTransport } from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { PeerHandle as Handle } from "../../peer/handles/peer_handle.ts";
import { rejectsWith } from "../support/expect.ts";
import { HandClock } from "../support/hand_clock.ts";
import { turns } from "../support/scripted_turn.ts";

const KIB = 1024;
const TIMEOUT = 1000;
const LARGE = 1024 * KIB;
/** Longer than the body is: what a sink can't get. */
const MOST_PIECES = 100;

type Bytes = Uint8Array<ArrayBuffer>;

/** A sink that takes each chunk when it is told to, and a peer that writes into it. */
class SlowSink implements AsyncDisposable {
  readonly clock = new HandClock();
  readonly peer: PeerHandle;
  /** What it was given, in whole chunks. */
  readonly chunks: Bytes[] = [];
  #offered = Promise.withResolvers<() => void>();

  constructor() {
    const writable = new WritableStream<Bytes>({
      write: (chunk, { signal }) => {
        const taken = Promise.withResolvers<void>();
        signal.addEventListener("abort", () => taken.reject(signal.reason));
        this.#offered.resolve(() => {
          this.chunks.push(chunk.slice());
          this.#offered = Promise.withResolvers();
          taken.resolve();
        });
        return taken.promise;
      },
    });
    const readable = new ReadableStream<Bytes>();
    const transport = new StreamTransport({ readable, writable }, {
      maxBodyLenWrite: LARGE,
    });
    const options = { stallTimeout: TIMEOUT };
    const connection = new Connection(transport, options, {
      clock: this.clock,
    });
    this.peer = new Handle(connection);
    connection.start();
  }

  /** The bytes that it has taken. */
  get taken(): Bytes {
    return concat(this.chunks);
  }

  /** Waits for a chunk, and takes it. */
  async take(): Promise<void> {
    const take = await this.#offered.promise;
    take();
  }

  /** Waits for a chunk, and doesn't take it. */
  async offered(): Promise<void> {
    await this.#offered.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.peer.close();
    await turns();
    this.clock.turn(100_000);
    await closing;
  }
}

async function assertStalled(sink: SlowSink): Promise<void> {
  const error = await sink.peer.closed;
  assert(error instanceof RpcError);
  assertEquals([error.code, error.limit], ["limit-exceeded", TIMEOUT]);
  assert(error.message.includes("took none of the bytes"), error.message);
  await rejectsWith("limit-exceeded", () => sink.peer.sendStream(1, ""));
}

for (const length of [LARGE, 256 * KIB, 255 * KIB]) {
  Deno.test(`A sink that takes ${length} bytes piece by piece isn't cut off`, async () => {
    await using sink = new SlowSink();
    const body = new Uint8Array(length).map((_, i) => i * 7 + (i >> 12));
    await sink.peer.sendStream(1, body);
    for (let i = 0; i < MOST_PIECES; i++) {
      if (sink.taken.length === 16 + length) break;
      // As slow as may be: a period without a piece would be too long.
      await sink.offered();
      sink.clock.turn(TIMEOUT - 1);
      await sink.take();
      await turns();
    }
    assert(equals(sink.taken.subarray(16), body));
    for (const chunk of sink.chunks) assert(chunk.length <= 64 * KIB);
    await sink.peer.sendStream(1, "and goes on");
    await sink.take();
    assertEquals(sink.peer.stats().messagesSent, 2);
  });
}

Deno.test("A sink that takes nothing is cut off after two periods at most", async () => {
  await using sink = new SlowSink();
  await sink.peer.sendStream(1, new Uint8Array(LARGE));
  await sink.offered();
  sink.clock.turn(TIMEOUT);
  await turns();
  sink.clock.turn(TIMEOUT);
  await assertStalled(sink);
  assertEquals(sink.chunks.length, 0);
});

Deno.test("A sink that takes some pieces and then none is cut off", async () => {
  await using sink = new SlowSink();
  await sink.peer.sendStream(1, new Uint8Array(LARGE));
  for (let i = 0; i < 4; i++) {
    await sink.offered();
    sink.clock.turn(TIMEOUT - 1);
    await sink.take();
    await turns();
  }
  await sink.offered();
  sink.clock.turn(TIMEOUT);
  await turns();
  sink.clock.turn(TIMEOUT);
  await assertStalled(sink);
  assertEquals(sink.chunks.length, 4);
});
