/** An `authorize` that doesn't answer. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  Listener,
  type ListenerOptions,
  MemoryTransport,
  Peer,
  RpcError,
  type StreamBody,
} from "../../mod.ts";
import { AcceptQueue } from "../../listener/accept_queue.ts";
import { authorized, type AuthorizeOptions } from "../../peer/authorize.ts";
import { authorizesLater, conformance } from "../support/conformance.ts";
import { isPending, nextStream } from "../support/expect.ts";
import { HandClock } from "../support/hand_clock.ts";
import { MemoryAcceptor } from "../support/memory_acceptor.ts";
import type { TestTransport } from "../support/transport_under_test.ts";

/** More than could once wait for their answers before nobody was accepted any more. */
const MANY = 130;

/** A queue of connections in memory, by a clock that is turned by hand. */
class Scene {
  readonly clock = new HandClock();
  readonly refused: unknown[] = [];
  readonly acceptor = new MemoryAcceptor();
  readonly queue: AcceptQueue<StreamBody, unknown>;

  constructor(options: AuthorizeOptions<unknown>) {
    this.queue = new AcceptQueue(
      this.acceptor,
      options,
      (error) => void this.refused.push(error),
      undefined,
      this.clock,
    );
  }
}

/** The end of a connection in memory, as its client sees it. */
async function assertEnded(client: TestTransport): Promise<void> {
  const peer = Peer.spawn(client);
  assertEquals(await peer.recvMessage(), null);
  await peer.close();
}

Deno.test("a connection that waits too long for authorize is refused", async () => {
  const answer = Promise.withResolvers<boolean>();
  const scene = new Scene({
    authorize: () => answer.promise,
    authorizeTimeout: 300,
  });
  const next = scene.queue.next();
  const client = await scene.acceptor.connect();
  assert(await isPending(next));
  scene.clock.turn(299);
  assert(await isPending(next));
  assertEquals(scene.refused, []);
  scene.clock.turn(1);
  await assertEnded(client);
  const [error] = scene.refused;
  assert(error instanceof Deno.errors.TimedOut);
  assert(error.message.includes("300 ms (authorizeTimeout)"), error.message);
  // It is too late, and lets nobody in.
  answer.resolve(true);
  assert(await isPending(next));
  scene.queue.close();
  await assertRejects(() => next, RpcError);
  assertEquals(scene.refused.length, 1);
});

Deno.test("an answer in time ends the timer", async () => {
  for (const answer of [true, false]) {
    const scene = new Scene({ authorize: () => Promise.resolve(answer) });
    const next = scene.queue.next();
    await scene.acceptor.connect();
    if (answer) await (await next).close();
    else assert(await isPending(next));
    assertEquals([scene.clock.pending, scene.refused.length], [
      0,
      answer ? 0 : 1,
    ]);
    scene.queue.close();
    if (!answer) await assertRejects(() => next, RpcError);
    await scene.queue.idle();
  }
});

Deno.test("the default is 10 s, and 0 is for ever", async () => {
  for (
    const [timeout, ends] of [[undefined, 1], [0, 0], [Infinity, 0]] as const
  ) {
    const scene = new Scene({
      authorize: () => new Promise<boolean>(() => {}),
      authorizeTimeout: timeout,
    });
    const next = assertRejects(() => scene.queue.next(), RpcError);
    const client = await scene.acceptor.connect();
    // The connection is accepted, and asked about.
    await isPending(next);
    scene.clock.turn(9_999);
    await isPending(next);
    assertEquals(scene.refused.length, 0);
    scene.clock.turn(1e9);
    await isPending(next);
    assertEquals(scene.refused.length, ends);
    scene.queue.close();
    await scene.queue.idle();
    await next;
    await assertEnded(client);
    // Closing is no refusal, and leaves no timer behind.
    assertEquals(scene.refused.length, ends);
  }
});

Deno.test("closing ends the timers of those that wait for authorize", async () => {
  const scene = new Scene({ authorize: () => new Promise<boolean>(() => {}) });
  const next = assertRejects(() => scene.queue.next(), RpcError);
  const clients = [];
  for (let i = 0; i < MANY; i++) clients.push(await scene.acceptor.connect());
  while (scene.clock.pending < MANY) await isPending(next);
  scene.queue.close();
  await next;
  await scene.queue.idle();
  assertEquals([scene.clock.pending, scene.refused], [0, []]);
  for (const client of clients) await assertEnded(client);
});

Deno.test("a connection that comes in the moment of closing is not asked about", async () => {
  let asked = 0;
  const accepted = Promise.withResolvers<TestTransport>();
  const scene = new Scene({ authorize: () => void asked++ });
  scene.acceptor.accept = () => accepted.promise;
  const next = assertRejects(() => scene.queue.next(), RpcError);
  scene.queue.close();
  const [ours, theirs] = MemoryTransport.pair();
  accepted.resolve(ours);
  await next;
  await scene.queue.idle();
  await assertEnded(theirs);
  assertEquals([asked, scene.refused, scene.clock.pending], [0, [], 0]);
});

Deno.test("connecting too gives up after authorizeTimeout", async () => {
  const clock = new HandClock();
  const [ours, theirs] = MemoryTransport.pair();
  const asked = authorized(
    ours,
    { authorize: () => new Promise<boolean>(() => {}), authorizeTimeout: 20 },
    undefined,
    clock,
  );
  const refused = assertRejects(() => asked, Deno.errors.TimedOut, "20 ms");
  clock.turn(20);
  await refused;
  await assertEnded(theirs);
  assertEquals(clock.pending, 0);
});

Deno.test("a wrong authorizeTimeout is a RangeError", async () => {
  for (const wrong of [-1, NaN, "5"]) {
    const options = { authorizeTimeout: wrong } as unknown as ListenerOptions;
    const error = assertThrows(
      () => new Listener(new MemoryAcceptor(), options),
      RangeError,
    );
    assert(error.message.includes(`authorizeTimeout`), error.message);
    let connected = false;
    const connector = {
      connect() {
        connected = true;
        return Promise.resolve(MemoryTransport.pair()[0]);
      },
    };
    await assertRejects(
      () => Peer.connect(connector, null, options),
      RangeError,
    );
    assertEquals(connected, false);
  }
});

conformance(
  "however many wait for authorize, others are served",
  async (scene) => {
    let asked = 0;
    const { listener, connect } = await scene.listen({
      authorize: () => ++asked > MANY || new Promise<boolean>(() => {}),
    });
    const accepting = listener.accept();
    const waiting = [];
    for (let i = 0; i < MANY; i++) waiting.push(await connect());
    await using client = await connect();
    await using server = await accepting;
    await client.sendStream(1, "served");
    assertEquals((await nextStream(server)).text(), "served");
    await listener[Symbol.asyncDispose]();
    for (const one of waiting) {
      // A reset is no clean end, and sockets may do either.
      await one.recvMessage().catch(() => {});
      await one.close();
    }
  },
  authorizesLater,
);
