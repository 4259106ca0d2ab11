/** What goes over a port: buffers and nothing larger, no more than a window, nothing foreign. */
import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { Peer, RpcError } from "../../mod.ts";
import { MessagePortTransport } from "../../transports/message_port/mod.ts";
import type { Port } from "../../transports/message_port/mod.ts";
import { isPending } from "../support/expect.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";
import { runProgram } from "../support/processes/run_program.ts";
import { testWith } from "../support/permissions.ts";

const KIB = 1024;
const MIB = KIB * KIB;
const LIMITS = { maxBodyLenRead: 16 * MIB, maxBodyLenWrite: 16 * MIB };

/** A port that notes what is posted. */
interface Noted {
  readonly port: MessagePort;
  readonly posted: (ArrayBuffer | Uint8Array)[];
  /** The lengths of the buffers behind what was posted, when it was. */
  readonly lengths: number[];
}

function noting(port: MessagePort): Noted {
  const post = port.postMessage.bind(port);
  const posted: (ArrayBuffer | Uint8Array)[] = [];
  const lengths: number[] = [];
  port.postMessage = (
    message: ArrayBuffer | Uint8Array,
    transfer: unknown,
  ): void => {
    posted.push(message);
    const buffer = message instanceof Uint8Array ? message.buffer : message;
    lengths.push(buffer.byteLength);
    post(message, transfer as Transferable[]);
  };
  return { port, posted, lengths };
}

Deno.test("what is posted is never a view of a larger buffer", async () => {
  const { port1, port2 } = new MessageChannel();
  const noted = noting(port1);
  await using left = Peer.spawn(new MessagePortTransport(noted.port, LIMITS));
  await using right = Peer.spawn(new MessagePortTransport(port2, LIMITS));
  const large = new Uint8Array(4 * MIB).subarray(MIB, 2 * MIB);
  await left.sendStream(1, "short");
  await left.sendStream(2, large);
  await left.sendStream(3, { data: large, transfer: true });
  for (let i = 0; i < 3; i++) await right.recvMessage();
  let data = 0;
  for (const [i, message] of noted.posted.entries()) {
    if (message instanceof Uint8Array) {
      assertEquals(noted.lengths[i], message.length);
    } else data += noted.lengths[i]!;
  }
  assertEquals(data, 3 * 16 + "short".length + 2 * MIB);
  // A part of a buffer can't be transferred: the rest of it isn't the sender's to give.
  assertEquals(large.length, MIB);
});

Deno.test("a body that is given away arrives without a copy", async () => {
  const { port1, port2 } = new MessageChannel();
  const noted = noting(port1);
  await using left = Peer.spawn(new MessagePortTransport(noted.port, LIMITS));
  await using right = Peer.spawn(new MessagePortTransport(port2, LIMITS));
  const serving = right.serve({
    1: (_request, body) => ({ data: body.data, transfer: true }),
  });
  const bytes = new Uint8Array(5 * MIB).map((_, i) => i);
  const answering = left.call(1, { data: bytes, transfer: true });
  const answer = await answering;
  assert(bytes.buffer.detached);
  assertEquals(noted.lengths.filter((length) => length === 5 * MIB).length, 1);
  const { data } = answer.body;
  assertEquals([data.length, data.buffer.byteLength], [5 * MIB, 5 * MIB]);
  assert(data.every((byte, i) => byte === (i & 0xff)));
  await left.close();
  await serving;
});

Deno.test("a body that isn't given away stays the sender's", async () => {
  const { port1, port2 } = new MessageChannel();
  await using left = Peer.spawn(new MessagePortTransport(port1, LIMITS));
  await using right = Peer.spawn(new MessagePortTransport(port2, LIMITS));
  const bytes = new Uint8Array(5 * MIB).fill(1);
  const sending = left.sendStream(1, bytes);
  const message = await right.recvMessage();
  await sending;
  assertEquals([bytes.length, bytes.buffer.detached], [5 * MIB, false]);
  bytes.fill(2);
  assert(message?.kind === "stream");
  assert(message.message.body.data.every((byte) => byte === 1));
});

Deno.test("memory of WebAssembly, which can't be transferred, is copied", async () => {
  const { port1, port2 } = new MessageChannel();
  await using left = Peer.spawn(new MessagePortTransport(port1, LIMITS));
  await using right = Peer.spawn(new MessagePortTransport(port2, LIMITS));
  const memory = new WebAssembly.Memory({ initial: 16 });
  const buffer = memory.buffer as ArrayBuffer;
  new Uint8Array(buffer).fill(3);
  await left.sendStream(1, { data: buffer, transfer: true });
  const message = await right.recvMessage();
  assert(message?.kind === "stream");
  assertEquals(message.message.body.data.length, MIB);
  assertEquals([buffer.byteLength, buffer.detached], [MIB, false]);
});

Deno.test("a reader that has stopped stops the sender, after a window", async () => {
  const { port1, port2 } = new MessageChannel();
  const noted = noting(port1);
  const sender = new MessagePortTransport(noted.port, LIMITS);
  // Nobody reads from it.
  const reader = new MessagePortTransport(port2, {
    ...LIMITS,
    windowBytes: 128 * KIB,
  });
  await using left = Peer.spawn(sender, { stallTimeout: 0 });
  const sends = Array.from(
    { length: 100 },
    () => left.sendStream(1, new Uint8Array(MIB)),
  );
  const all = Promise.allSettled(sends);
  await eventLoopTurns(200);
  assertEquals(await isPending(all), true);
  const posted = noted.lengths.reduce((sum, length) => sum + length, 0);
  // One packet may go beyond the window.
  assertLessOrEqual(posted, 128 * KIB + 256 * KIB + 100);
  await reader.close();
  await all;
});

for (
  const [what, value] of [
    ["text", "hello"],
    ["an object", { kind: "data" }],
    ["nothing", undefined],
    ["bytes of no known kind", Uint8Array.of(77)],
    ["a view of other numbers", new Float64Array(3)],
  ] as const
) {
  Deno.test(`${what} on the port ends the connection`, async () => {
    const { port1, port2 } = new MessageChannel();
    await using peer = Peer.spawn(new MessagePortTransport(port1));
    port2.start();
    port2.postMessage(value);
    const error = await peer.closed;
    assertEquals([error?.code, error?.side], ["connection-aborted", "remote"]);
    port2.close();
  });
}

Deno.test("an error about what is foreign asks what else uses the port", async () => {
  const { port1, port2 } = new MessageChannel();
  await using peer = Peer.spawn(new MessagePortTransport(port1));
  port2.postMessage("hello");
  const error = await assertRejects(() => peer.call(1, ""), RpcError);
  assertStringIncludes(error.message, "is the port used for something else");
  port2.close();
});

for (
  const [type, text] of [
    ["messageerror", "can't be read in this program"],
    ["close", "The port was closed"],
  ] as const
) {
  Deno.test(`a port that tells ${type} ends the connection`, async () => {
    const { port1, port2 } = new MessageChannel();
    await using left = Peer.spawn(new MessagePortTransport(port1));
    await using right = Peer.spawn(new MessagePortTransport(port2));
    const failed = assertRejects(() => left.call(1, ""), RpcError);
    assertEquals((await right.recvMessage())?.kind, "request");
    port1.dispatchEvent(new MessageEvent(type));
    await eventLoopTurns(20);
    assertEquals(await isPending(failed), false);
    const error = await failed;
    assertEquals([error.code, error.side], ["connection-aborted", "remote"]);
    assertStringIncludes(error.message, text);
  });
}

Deno.test("a port has no listeners left after its connection", async () => {
  const { port1, port2 } = new MessageChannel();
  const listening = new Map<string, number>();
  const count = (type: string, change: number): void =>
    void listening.set(type, (listening.get(type) ?? 0) + change);
  const { addEventListener, removeEventListener } = port1;
  port1.addEventListener = (type: string, ...rest: unknown[]) => {
    count(type, 1);
    addEventListener.call(port1, type, ...rest as [() => void]);
  };
  port1.removeEventListener = (type: string, ...rest: unknown[]) => {
    count(type, -1);
    removeEventListener.call(port1, type, ...rest as [() => void]);
  };
  const left = Peer.spawn(new MessagePortTransport(port1));
  await using _right = Peer.spawn(new MessagePortTransport(port2));
  assertEquals(
    [...listening],
    [["message", 1], ["messageerror", 1], ["close", 1]],
  );
  await left.close();
  assertEquals([...listening.values()], [0, 0, 0]);
});

Deno.test("what is no port is refused, and so are times that are none", () => {
  const none = { postMessage: () => {} };
  assertThrows(() => new MessagePortTransport(none), TypeError, "MessagePort");
  const { port1, port2 } = new MessageChannel();
  const heartbeat = { interval: 5, timeout: 1000 };
  assertThrows(
    () => new MessagePortTransport(port1, { heartbeat }),
    RangeError,
    "heartbeat.interval",
  );
  assertThrows(
    () => new MessagePortTransport(port1, { windowBytes: 1 }),
    RangeError,
    "windowBytes",
  );
  port1.close();
  port2.close();
});

/** The times that a transport asks the other side for, in its hello. */
function askedFor(port: Port & EventTarget): number {
  const hellos: Uint8Array<ArrayBuffer>[] = [];
  const post = port.postMessage;
  port.postMessage = (hello: Uint8Array<ArrayBuffer>) => hellos.push(hello);
  const transport = new MessagePortTransport(port);
  port.postMessage = () => {};
  void transport.close();
  port.postMessage = post;
  return new DataView(hellos[0]!.buffer).getUint32(5, true);
}

Deno.test("a heartbeat is on for workers of the web, and for nothing else", () => {
  const { port1, port2 } = new MessageChannel();
  assertEquals(askedFor(port1), 0);
  port2.close();
  const url = "data:application/javascript,";
  const worker = new Worker(url, { type: "module" });
  assertEquals(askedFor(worker), 1000);
  worker.terminate();
});

for (
  const [how, name] of [
    ["close", "a program ends when both ends of a port are closed"],
    ["unref", "a program ends although a port is open and unref'ed"],
  ] as const
) {
  testWith("run", name, async () => {
    const child = new URL("./port_child.ts", import.meta.url).href;
    assertEquals(await runProgram(child, how), [0, "end\n"]);
  });
}
