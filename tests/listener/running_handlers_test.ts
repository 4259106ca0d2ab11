/** The handlers of a listener, by a clock that is turned by hand. */
import { assert, assertEquals } from "@std/assert";
import { RunningHandlers } from "../../listener/running_handlers.ts";
import { MemoryTransport, Peer, type StreamBody } from "../../mod.ts";
import { isPending } from "../support/expect.ts";
import { HandClock } from "../support/hand_clock.ts";

class Scene {
  readonly clock = new HandClock();
  readonly errors: unknown[] = [];
  readonly handlers = new RunningHandlers<StreamBody, unknown>(
    (error) => void this.errors.push(error),
    this.clock,
  );

  /** Starts a handler, and gives the other side of its connection. */
  start(handler: () => unknown) {
    const [ours, theirs] = MemoryTransport.pair();
    this.handlers.start(handler, Peer.spawn<StreamBody, unknown>(ours));
    return Peer.spawn(theirs);
  }
}

Deno.test("without handlers there is nothing to wait for, and no timer", async () => {
  const { clock, handlers } = new Scene();
  await handlers.drain(1000);
  assertEquals(clock.pending, 0);
});

Deno.test("draining closes idle peers, waits for the handlers, and leaves no timer behind", async () => {
  const scene = new Scene();
  const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const clients = ends.map(({ promise }) => scene.start(() => promise));
  const drained = scene.handlers.drain(1000);
  scene.clock.turn(999);
  const thrown = new Error("at the end");
  ends[0]!.resolve();
  ends[1]!.reject(thrown);
  await drained;
  assertEquals([scene.clock.pending, scene.errors], [0, [thrown]]);
  for (const client of clients) {
    assertEquals(await client.closed, null);
    await client.close();
  }
});

Deno.test("after the time handlers that still run are waited for no more", async () => {
  const scene = new Scene();
  const client = scene.start(() => new Promise(() => {}));
  const drained = scene.handlers.drain(1000);
  scene.clock.turn(999);
  assert(await isPending(drained));
  scene.clock.turn(1);
  await drained;
  assertEquals(await client.closed, null);
  await client.close();
  assertEquals(scene.clock.pending, 0);
});
