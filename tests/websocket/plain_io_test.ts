/** The bytes of a WebSocket of another library: when it stops reading, and when a send gives up. */
import { assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { PACKET_COST } from "../../transports/messages/packet.ts";
import { PlainIo } from "../../transports/websocket/plain_io.ts";
import { CLOSED, OPEN } from "../../transports/websocket/web_socket.ts";
import { HandClock } from "../support/hand_clock.ts";
import { frame, STREAM } from "../support/scripted_frames.ts";

const MAX_UNREAD = 8000;

/** A WebSocket that sends nothing as long as its buffer is full, and notes what is done with it. */
class FakeSocket extends EventTarget {
  readonly protocol = "";
  readonly done: string[] = [];
  binaryType = "blob";
  readyState: number = OPEN;
  bufferedAmount = 0;

  send(data: Uint8Array): void {
    this.done.push(`send ${data.length}`);
  }

  pause(): void {
    this.done.push("pause");
  }

  resume(): void {
    this.done.push("resume");
  }

  terminate(): void {
    this.done.push("terminate");
    this.end();
  }

  close(): void {
    queueMicrotask(() => this.end());
  }

  /** The connection is gone. */
  end(): void {
    this.readyState = CLOSED;
    this.dispatchEvent(new CloseEvent("close", { code: 1006 }));
  }

  /** A message comes that counts as so many bytes. */
  receive(cost: number): void {
    const data = new ArrayBuffer(cost - PACKET_COST);
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

function scene(canPause = true): [FakeSocket, PlainIo, HandClock] {
  const socket = new FakeSocket();
  const clock = new HandClock();
  const io = new PlainIo(socket, null, MAX_UNREAD, canPause, clock);
  return [socket, io, clock];
}

/** A decoder that takes what is no message yet. */
function decoder(): FrameDecoder {
  const head = new FrameDecoder(resolveStreamConfig());
  head.push(frame(STREAM, 0, 1, new Uint8Array(100_000)).subarray(0, 20));
  return head;
}

Deno.test("reading stops at a quarter of maxUnreadBytes, and goes on below an eighth", async () => {
  const [socket, io] = scene();
  const rest = decoder();
  socket.receive(999);
  socket.receive(1000);
  assertEquals(socket.done, []);
  await io.receive(rest);
  socket.receive(1000);
  assertEquals(socket.done, ["pause"]);
  // It is stopped already.
  socket.receive(1000);
  await io.receive(rest);
  await io.receive(rest);
  assertEquals(socket.done, ["pause"]);
  await io.receive(rest);
  assertEquals(socket.done, ["pause", "resume"]);
  await io.close();
});

Deno.test("where reading can't be stopped, more than maxUnreadBytes ends the connection", async () => {
  const [socket, io] = scene(false);
  for (let i = 0; i < 8; i++) socket.receive(1000);
  assertEquals(socket.done, []);
  socket.receive(1000);
  assertEquals(socket.done, ["terminate"]);
  const rest = decoder();
  for (let i = 0; i < 8; i++) await io.receive(rest);
  const error = await assertRejects(() => io.receive(rest), RpcError);
  assertEquals(
    [error.code, error.limit, error.actual],
    ["limit-exceeded", MAX_UNREAD, 9000],
  );
});

for (const what of ["the other side is gone", "it is closed"]) {
  Deno.test(`a send that waits for room ends when ${what}, and leaves no timer`, async () => {
    const [socket, io, clock] = scene();
    socket.bufferedAmount = 2 ** 21;
    const sending = assertRejects(
      () => io.send(new Uint8Array(10)),
      RpcError,
      "The WebSocket is closed",
    );
    assertEquals(clock.pending, 1);
    if (what === "it is closed") await io.close();
    else socket.end();
    assertEquals(clock.pending, 0);
    await sending;
    assertEquals(socket.done, []);
  });
}

Deno.test("a send waits until there is room", async () => {
  const [socket, io, clock] = scene();
  socket.bufferedAmount = 2 ** 20 + 1;
  const sending = io.send(new Uint8Array(10));
  clock.turn(5);
  await Promise.resolve();
  assertEquals([socket.done, clock.pending], [[], 1]);
  socket.bufferedAmount = 2 ** 20;
  clock.turn(5);
  assertEquals(await sending, 10);
  assertEquals([socket.done, clock.pending], [["send 10"], 0]);
  await io.close();
});
