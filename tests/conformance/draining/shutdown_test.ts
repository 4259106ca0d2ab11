/** `shutdown` of a listener. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  authorizesLater,
  conformance,
  listens,
} from "../../support/conformance.ts";
import {
  fired,
  isPending,
  nextRequest,
  rejectsWith,
} from "../../support/expect.ts";
import { untilRefused } from "../../support/refused.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";

/** Handlers that answer when they are told to. */
class Worker {
  readonly begun = Promise.withResolvers<void>();
  readonly go = Promise.withResolvers<void>();
  /** Whether the signal of the request has fired by its end. */
  readonly aborted = Promise.withResolvers<boolean>();
  connections = 0;

  /** Serves service 1, which waits, and 2, which doesn't. */
  readonly serve = async (peer: TestPeer): Promise<void> => {
    this.connections++;
    await peer.serve({
      1: async (_request, _body, { signal }) => {
        const aborted = fired(signal);
        this.begun.resolve();
        await Promise.race([this.go.promise, aborted]);
        this.aborted.resolve(signal.aborted);
        return "done";
      },
      2: () => "",
    });
  };
}

/** A listener whose worker has begun with a call of a client, and what there is of them. */
async function working(scene: Scene, signal?: AbortSignal) {
  const { listener, connect, refusal } = await scene.listen();
  const worker = new Worker();
  const running = listener.run(worker.serve, { signal });
  const busy = await connect();
  const call = busy.call(1, "");
  await worker.begun.promise;
  return { listener, connect, refusal, worker, running, busy, call };
}

conformance(
  "shutdown closes idle connections at once, and lets busy ones finish",
  async (scene) => {
    const { listener, connect, refusal, worker, running, busy, call } =
      await working(scene);
    await using _busy = busy;
    await using idle = await connect();
    await idle.call(2, "");
    const down = listener.shutdown();
    assertEquals(await idle.closed, null);
    await running;
    await untilRefused(connect, refusal);
    const error = await rejectsWith("remote-error", () => busy.call(2, ""));
    assertEquals(error.reason, "unavailable");
    assert(await isPending(down));
    worker.go.resolve();
    assertEquals((await call).text(), "done");
    assertEquals(await worker.aborted.promise, false);
    await down;
    assertEquals(await busy.closed, null);
  },
  listens,
);

conformance(
  "after the grace shutdown closes the rest, whose signals fire",
  async (scene) => {
    const { listener, worker, running, busy, call } = await working(scene);
    await using _busy = busy;
    const failing = rejectsWith("remote-error", () => call);
    await listener.shutdown({ grace: 0 });
    assertEquals(await worker.aborted.promise, true);
    await failing;
    await running;
  },
  listens,
);

conformance(
  "shutdown is idempotent, and a shorter grace counts",
  async (scene) => {
    const { listener, running, busy, call } = await working(scene);
    await using _busy = busy;
    const failing = rejectsWith("remote-error", () => call);
    const first = listener.shutdown({ grace: Infinity });
    await scene.pace(5);
    assert(await isPending(first));
    await Promise.all([
      listener.shutdown({ grace: 0 }),
      first,
      running,
      failing,
    ]);
    await listener.shutdown();
    await listener[Symbol.asyncDispose]();
  },
  listens,
);

conformance("the signal of run and a dispose shut down too", async (scene) => {
  for (const how of ["signal", "dispose"]) {
    const stop = new AbortController();
    const { listener, connect, worker, running, busy, call } = await working(
      scene,
      stop.signal,
    );
    await using _busy = busy;
    await using idle = await connect();
    await idle.call(2, "");
    const down = how === "signal" ? running : listener[Symbol.asyncDispose]();
    if (how === "signal") stop.abort();
    assertEquals(await idle.closed, null);
    await rejectsWith("remote-error", () => busy.call(2, ""));
    assert(await isPending(down));
    worker.go.resolve();
    assertEquals((await call).text(), "done");
    await Promise.all([down, running]);
  }
}, listens);

conformance(
  "shutdown leaves alone what accept and iteration gave",
  async (scene) => {
    const { listener, connect } = await scene.listen();
    const [accepted, one] = await Promise.all([listener.accept(), connect()]);
    await using _one = one;
    const iterator = listener[Symbol.asyncIterator]();
    const [next, two] = await Promise.all([iterator.next(), connect()]);
    await using _two = two;
    await listener.shutdown();
    for (
      const [client, peer] of [[one, accepted], [two, next.value!]] as const
    ) {
      const call = client.call(1, "");
      const { request } = await nextRequest(peer);
      await request.sendResponse(1, "still here");
      assertEquals((await call).text(), "still here");
      await peer.close();
    }
  },
  listens,
);

conformance(
  "shutdown while a connection waits for authorize refuses it",
  async (scene) => {
    const asked = Promise.withResolvers<void>();
    const { listener, connect } = await scene.listen({
      authorize: () => {
        asked.resolve();
        return new Promise(() => {});
      },
    });
    const worker = new Worker();
    const running = listener.run(worker.serve);
    await using client = await connect();
    await asked.promise;
    await listener.shutdown();
    await running;
    await client.closed;
    assertEquals(worker.connections, 0);
  },
  authorizesLater,
);

conformance(
  "shutdown in the moment of an accept leaves nothing open",
  async (scene) => {
    for (let round = 0; round < 5; round++) {
      const { listener, connect } = await scene.listen();
      const worker = new Worker();
      const running = listener.run(worker.serve);
      const client = await connect();
      for (let i = 0; i < round; i++) await Promise.resolve();
      await listener.shutdown({ grace: Infinity });
      await running;
      // It may have been reset, where nobody had accepted it.
      await client.closed;
      await client.close();
    }
  },
  listens,
);

conformance(
  "a grace that is no time is refused, and nothing is closed",
  async (scene) => {
    const { listener, connect } = await scene.listen();
    await assertRejects(
      () => listener.shutdown({ grace: -1 }),
      RangeError,
      "grace",
    );
    const accepting = listener.accept();
    await using _client = await connect();
    await (await accepting).close();
  },
  listens,
);
