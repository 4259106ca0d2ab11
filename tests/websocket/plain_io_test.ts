/** The bytes of a WebSocket of another library: when it stops reading, and when a send gives up. */
import { assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { PlainIo } from "../../transports/websocket/plain_io.ts";
import { HandClock } from "../support/hand_clock.ts";
import { frame, STREAM } from "../support/scripted_frames.ts";
import { FakePausable } from "./fake_socket.ts";

const MAX_UNREAD = 8000;

function scene(canPause = true): [FakePausable, PlainIo, HandClock] {
  const socket = new FakePausable();
  const clock = new HandClock();
  const io = new PlainIo(socket, null, MAX_UNREAD, canPause, clock);
  return [socket, io, clock];
}

/** Closes it; the other side confirms that at once. */
async function close(socket: FakePausable, io: PlainIo): Promise<void> {
  const closing = io.close();
  socket.end();
  await closing;
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
  await close(socket, io);
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
    if (what === "it is closed") await close(socket, io);
    else socket.end();
    assertEquals(clock.pending, 0);
    await sending;
    assertEquals(socket.done, what === "it is closed" ? ["close"] : []);
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
  await close(socket, io);
});
