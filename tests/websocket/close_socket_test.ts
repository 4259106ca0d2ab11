/** How a WebSocket is closed behind what was sent, and who isn't waited for. */
import { assert, assertEquals } from "@std/assert";
import { closeSocket } from "../../transports/websocket/close_socket.ts";
import { isPending } from "../support/expect.ts";
import { HandClock } from "../support/hand_clock.ts";
import { FakePausable, FakeSocket } from "./fake_socket.ts";

/** How long the other side may take to confirm the end. */
const CONFIRM_TIME = 1000;

Deno.test("a side that confirms the end is waited for", async () => {
  const clock = new HandClock();
  const socket = new FakeSocket();
  const closing = closeSocket(socket, true, clock);
  assertEquals(socket.done, ["close"]);
  clock.turn(CONFIRM_TIME - 1);
  assert(await isPending(closing));
  socket.end();
  await closing;
  assertEquals(clock.pending, 0);
});

Deno.test("a side that doesn't confirm the end isn't waited for", async () => {
  const clock = new HandClock();
  const socket = new FakeSocket();
  const closing = closeSocket(socket, true, clock);
  clock.turn(CONFIRM_TIME);
  await closing;
  assertEquals(clock.pending, 0);
});

Deno.test("what can be ended at once is ended where the end isn't confirmed", async () => {
  const clock = new HandClock();
  const socket = new FakePausable();
  const closing = closeSocket(socket, true, clock);
  assertEquals(socket.done, ["close"]);
  clock.turn(CONFIRM_TIME);
  await closing;
  assertEquals([socket.done, clock.pending], [["close", "terminate"], 0]);
});

Deno.test("the time to confirm begins once everything is sent", async () => {
  const clock = new HandClock();
  const socket = new FakeSocket();
  socket.bufferedAmount = 1;
  const closing = closeSocket(socket, true, clock);
  clock.turn(10 * CONFIRM_TIME);
  assert(await isPending(closing));
  socket.bufferedAmount = 0;
  clock.turn(CONFIRM_TIME);
  await closing;
});

Deno.test("a side from which nothing has come need not confirm the end", async () => {
  const clock = new HandClock();
  const closing = closeSocket(new FakeSocket(), false, clock);
  clock.turn(5);
  await closing;
});

Deno.test("a WebSocket that is closed is not closed again", async () => {
  const clock = new HandClock();
  const socket = new FakeSocket();
  socket.readyState = 3;
  await closeSocket(socket, true, clock);
  assertEquals([socket.done, clock.pending], [[], 0]);
});
