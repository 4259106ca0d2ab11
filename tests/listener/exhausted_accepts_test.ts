/** Accepts that fail, with a listening socket in memory. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Listener, type ListenerOptions } from "../../mod.ts";
import { HeldTimers } from "../support/held_timers.ts";
import { MemoryAcceptor } from "../support/memory_acceptor.ts";

/** As Deno gives it. */
const tooMany = (): Error =>
  Object.assign(new Error("Too many open files (os error 24)"), {
    code: "EMFILE",
  });

Deno.test("a failed accept rejects, and the listener stays usable", async () => {
  const acceptor = new MemoryAcceptor();
  const { listener, connect } = acceptor.listen({});
  acceptor.fail(tooMany());
  await assertRejects(() => listener.accept(), Error, "Too many open files");
  await using client = await connect();
  await using server = await listener.accept();
  await server.sendStream(1, "");
  assertEquals((await client.recvMessage())?.kind, "stream");
  listener.close();
});

for (const how of ["run", "iteration"] as const) {
  Deno.test(`${how} goes on after failed accepts, and backs off`, async () => {
    const errors: unknown[] = [];
    const acceptor = new MemoryAcceptor();
    const onError = (error: unknown): void => {
      errors.push(error);
    };
    const { listener, connect } = acceptor.listen({ onError });
    const waits = Array.from(
      { length: 9 },
      (_, i) => Math.min(5 * 2 ** i, 1000),
    );
    const failures = waits.map(tooMany);
    for (const error of failures) acceptor.fail(error);
    const served = Promise.withResolvers<void>();
    const running = how === "run"
      ? listener.run(() => served.resolve())
      : (async () => {
        for await (const peer of listener) {
          served.resolve();
          await peer.close();
        }
      })();
    {
      using timers = new HeldTimers();
      for (const [i, ms] of waits.entries()) {
        const timer = await timers.next();
        assertEquals([timer.ms, acceptor.accepts], [ms, i + 1]);
        timer.fire();
      }
    }
    await using client = await connect();
    await served.promise;
    assertEquals(errors, failures);
    assertEquals(await client.recvMessage(), null);
    await listener[Symbol.asyncDispose]();
    await running;
  });
}

Deno.test("closing ends the wait after a failed accept", async () => {
  using timers = new HeldTimers();
  const acceptor = new MemoryAcceptor();
  const { listener } = acceptor.listen({ onError: () => {} });
  acceptor.fail(tooMany());
  const running = listener.run(() => {});
  await timers.next();
  listener.close();
  await running;
  assertEquals([acceptor.accepts, timers.running], [1, 0]);
});

Deno.test("a signal ends the wait after a failed accept", async () => {
  using timers = new HeldTimers();
  const acceptor = new MemoryAcceptor();
  const controller = new AbortController();
  const { listener } = acceptor.listen({ onError: () => {} });
  acceptor.fail(tooMany());
  const running = listener.run(() => {}, { signal: controller.signal });
  await timers.next();
  controller.abort();
  await running;
  assertEquals([acceptor.accepts, timers.running], [1, 0]);
});

Deno.test("accepting waits until somebody wants a connection", async () => {
  const acceptor = new MemoryAcceptor();
  const { listener, connect } = acceptor.listen({});
  assertEquals(acceptor.accepts, 0);
  await using _client = await connect();
  assertEquals(acceptor.accepts, 0);
  await using _server = await listener.accept();
  assertEquals(acceptor.accepts, 1);
  listener.close();
});

Deno.test("a wrong option of a listener is a RangeError", () => {
  for (const name of ["drainTimeout", "maxInboxMessages", "closeTimeout"]) {
    for (const wrong of [-1, NaN, "5"]) {
      const options = { [name]: wrong } as unknown as ListenerOptions;
      assertThrows(
        () => new Listener(new MemoryAcceptor(), options),
        RangeError,
      );
    }
  }
});
