/** What a heartbeat takes for a sign of life, on a connection that is made up. */
import { assertEquals, assertThrows } from "@std/assert";
import { Connection } from "../../peer/connection.ts";
import { Heartbeat } from "../../peer/liveness/heartbeat.ts";
import { MemoryTransport, type RpcError } from "../../mod.ts";
import { tick } from "../../internal/event_loop.ts";
import { HandClock } from "../support/hand_clock.ts";

const INTERVAL = 1000;
const TIMEOUT = 400;

/** A connection as its heartbeat sees it. */
class Scene {
  readonly clock = new HandClock();
  readonly heartbeat: Heartbeat;
  isReading = true;
  isWriting = false;
  written = 0;
  pings = 0;
  end: RpcError | null = null;

  constructor() {
    const options = { interval: INTERVAL, timeout: TIMEOUT };
    this.heartbeat = new Heartbeat(this.clock, options, {
      isReading: () => this.isReading,
      isWriting: () => this.isWriting,
      written: () => this.written,
      ping: () => Promise.resolve(this.pings++),
      onEnd: (error) => this.end = error,
    });
    this.heartbeat.onRead();
  }

  /** Lets time pass, and what is looked at twice be looked at again. */
  async turn(ms: number): Promise<void> {
    this.clock.turn(ms);
    await tick();
  }
}

Deno.test("It pings at once, and after each interval in which nothing has come", async () => {
  const scene = new Scene();
  assertEquals(scene.pings, 1);
  await scene.turn(INTERVAL - 1);
  assertEquals(scene.pings, 1);
  await scene.turn(1);
  assertEquals(scene.pings, 2);
  scene.heartbeat.onRead();
  await scene.turn(INTERVAL);
  assertEquals([scene.pings, scene.end], [3, null]);
  await scene.turn(TIMEOUT);
  assertEquals(scene.end?.code, "connection-aborted");
});

Deno.test("Each ping has a timeout of its own", async () => {
  const scene = new Scene();
  await scene.turn(INTERVAL);
  await scene.turn(TIMEOUT - 1);
  scene.heartbeat.onRead();
  await scene.turn(INTERVAL);
  await scene.turn(TIMEOUT - 1);
  assertEquals([scene.pings, scene.end], [3, null]);
  await scene.turn(1);
  assertEquals(scene.end?.code, "connection-aborted");
});

Deno.test("A write that had to wait and gets on is a sign of life", async () => {
  const scene = new Scene();
  scene.isWriting = true;
  await scene.turn(INTERVAL);
  for (let i = 0; i < 5; i++) {
    scene.written += 100;
    await scene.turn(TIMEOUT);
    assertEquals(scene.end, null);
  }
  await scene.turn(TIMEOUT);
  assertEquals(scene.end?.code, "connection-aborted");
});

Deno.test("What goes out at once has filled a buffer, and is none", async () => {
  const scene = new Scene();
  await scene.turn(INTERVAL);
  scene.written += 100;
  await scene.turn(TIMEOUT);
  assertEquals(scene.end?.code, "connection-aborted");
});

Deno.test("Nothing is judged while nothing is read", async () => {
  const scene = new Scene();
  await scene.turn(INTERVAL);
  scene.isReading = false;
  await scene.turn(10 * (INTERVAL + TIMEOUT));
  assertEquals([scene.pings, scene.end, scene.clock.pending], [2, null, 0]);
  scene.isReading = true;
  scene.heartbeat.onRead();
  await scene.turn(INTERVAL);
  await scene.turn(TIMEOUT - 1);
  assertEquals(scene.end, null);
  await scene.turn(1);
  assertEquals(scene.end?.code, "connection-aborted");
});

Deno.test("Nothing is left of one that is stopped", async () => {
  const scene = new Scene();
  await scene.turn(INTERVAL);
  await scene.heartbeat.stop();
  assertEquals(scene.clock.pending, 0);
  await scene.turn(TIMEOUT);
  assertEquals(scene.end, null);
});

Deno.test("Its times are numbers from 10 to 2^31 - 1", async () => {
  const [left, right] = MemoryTransport.pair();
  for (const ms of [9, -1, 0, NaN, Infinity, 2 ** 31, "100" as never]) {
    for (const name of ["interval", "timeout"]) {
      const heartbeat = { interval: 10, timeout: 10, [name]: ms };
      const error = assertThrows(
        () => new Connection(left, { heartbeat }),
        RangeError,
      );
      assertEquals(error.message.includes(`heartbeat.${name}`), true);
    }
  }
  await left.close();
  await right.close();
});
