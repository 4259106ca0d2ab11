/** The bytes of sockets of the C library: ends, resets, short sends, epoll. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { FrameChannel } from "../../transports/framed/frame_channel.ts";
import {
  AF_UNIX,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from "../../transports/libc/constants.ts";
import { Libc } from "../../transports/libc/libc.ts";
import { Socket } from "../../transports/reactor_sockets/socket.ts";
import { SocketIo } from "../../transports/reactor_sockets/socket_io.ts";
import { isPending } from "../support/expect.ts";
import { testWith } from "../support/permissions.ts";
import { frame, frames, STREAM } from "../support/scripted_frames.ts";

const TYPE = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

/** Two linked sockets: one that is tested, and a raw one. */
class Pair implements AsyncDisposable {
  readonly libc: Libc = Libc.require("The test");
  readonly io: SocketIo;
  readonly raw: Socket;
  readonly decoder: FrameDecoder = new FrameDecoder(resolveStreamConfig());

  constructor() {
    const fds = new Int32Array(2);
    this.libc.symbols.socketpair(AF_UNIX, TYPE, 0, fds);
    this.io = new SocketIo(new Socket(this.libc, fds[0]!), true);
    this.raw = new Socket(this.libc, fds[1]!);
  }

  /** Sends from the raw end. */
  write(bytes: Uint8Array<ArrayBuffer>): void {
    const { send } = this.libc.symbols;
    assertEquals(
      send(this.raw.fd, bytes, BigInt(bytes.length), 0),
      bytes.length,
    );
  }

  /** Reads at the raw end until nothing is there; how many bytes those were. */
  drain(): number {
    const { recv } = this.libc.symbols;
    const into = new Uint8Array(1 << 20);
    for (let sum = 0;;) {
      const count = recv(this.raw.fd, into, BigInt(into.length), 0);
      if (count <= 0) return sum;
      sum += count;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.io.close();
    this.raw.close();
    this.libc[Symbol.dispose]();
  }
}

testWith("ffi", "what came before a reset is read, then its end", async () => {
  await using pair = new Pair();
  const { io, decoder } = pair;
  // What the other side doesn't read makes its close a reset.
  await io.send(new Uint8Array(10));
  pair.write(frame(STREAM, 1, 7, "last"));
  pair.raw.close();
  const messages = await io.receive(decoder);
  assertEquals(messages?.map(({ header }) => header.serviceId), [7]);
  assertEquals(await io.receive(decoder), null);
});

testWith("ffi", "an end of the other side's half leaves this one", async () => {
  await using pair = new Pair();
  const { io, decoder, raw, libc } = pair;
  pair.write(frame(STREAM, 1, 7, "last"));
  libc.symbols.shutdown(raw.fd, 1);
  assertEquals((await io.receive(decoder))?.length, 1);
  assertEquals(await io.receive(decoder), null);
  assertEquals(await io.send(new Uint8Array(5)), 5);
  assertEquals(pair.drain(), 5);
});

testWith("ffi", "a short send goes on when there is room", async () => {
  await using pair = new Pair();
  const { io } = pair;
  const bytes = new Uint8Array(8 << 20);
  const first = await io.send(bytes);
  assert(first > 0 && first < bytes.length, `${first}`);
  const waiting = io.send(bytes);
  assert(await isPending(waiting));
  assertEquals(pair.drain(), first);
  assert(await waiting > 0);
});

testWith("ffi", "a long burst of sends lets the event loop turn", async () => {
  await using pair = new Pair();
  const { io } = pair;
  const bytes = new Uint8Array(64 * 1024);
  let turned = false;
  setImmediate(() => turned = true);
  let sends = 0;
  // The other side always reads at once.
  for (; !turned && sends < 1000; sends++) {
    await io.send(bytes);
    pair.drain();
  }
  assert(sends < 100, `${sends} sends in one turn`);
});

testWith(
  "ffi",
  "large sends go out in the same turn, eight of them, and small ones together in the next",
  async () => {
    await using pair = new Pair();
    const { io } = pair;
    const large = new Uint8Array(1024);
    const small = new Uint8Array(1023);
    assertEquals(await io.send(small), small.length);
    const waiting = io.send(small);
    assertEquals(pair.drain(), small.length);
    const sends = Array.from({ length: 9 }, () => io.send(large));
    assertEquals(pair.drain(), 7 * large.length);
    await Promise.all([waiting, ...sends]);
    assertEquals(pair.drain(), small.length + 2 * large.length);
  },
);

testWith(
  "ffi",
  "what was read at once is handed on in parts of 64 messages",
  async () => {
    await using pair = new Pair();
    const { io } = pair;
    const channel = new FrameChannel(io, resolveStreamConfig());
    const messages = Array.from({ length: 100 }, (_, i) => frame(STREAM, 1, i));
    pair.write(frames(...messages));
    assertEquals((await channel.read())?.length, 64);
    assertEquals((await channel.read())?.length, 36);
  },
);

testWith(
  "ffi",
  "a send to an end that is gone is an error, no signal",
  async () => {
    await using pair = new Pair();
    pair.raw.close();
    await assertRejects(
      () => pair.io.send(new Uint8Array(1)),
      Deno.errors.BrokenPipe,
    );
  },
);

testWith("ffi", "closing ends a pending read and a pending write", async () => {
  await using pair = new Pair();
  const { io, decoder } = pair;
  const reading = io.receive(decoder);
  await io.send(new Uint8Array(8 << 20));
  const writing = io.send(new Uint8Array(8 << 20));
  const ends = Promise.allSettled([reading, writing]);
  await io.close();
  for (const end of await ends) {
    assert(end.status === "rejected");
    assert(end.reason instanceof Deno.errors.Interrupted);
  }
  await assertRejects(() => io.receive(decoder), Deno.errors.Interrupted);
  await assertRejects(
    () => io.send(new Uint8Array(1)),
    Deno.errors.Interrupted,
  );
});
