/** Accepts that fail because of their connection are tried again at once. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Listener, type Transport } from "../../mod.ts";
import { HeldTimers } from "../support/held_timers.ts";
import { MemoryAcceptor } from "../support/memory_acceptor.ts";
import { nextStream } from "../support/expect.ts";

/** As Deno gives it for a connection that was reset in the backlog. */
const reset = (): Error =>
  Object.assign(
    new Deno.errors.NotConnected(
      "Transport endpoint is not connected (os error 107)",
    ),
    { code: "ENOTCONN" },
  );

for (const how of ["accept", "run", "iteration"] as const) {
  Deno.test(`${how} takes the connection behind 63 that are gone, and starts no timer`, async () => {
    using timers = new HeldTimers();
    const errors: unknown[] = [];
    const acceptor = new MemoryAcceptor();
    const { listener, connect } = acceptor.listen({
      onError: (error) => void errors.push(error),
      stallTimeout: 0,
    });
    const resets = Array.from({ length: 63 }, reset);
    for (const error of resets) acceptor.fail(error);
    const client = await connect();
    if (how === "run") {
      listener.run(async (peer) => {
        await peer.sendStream(1, "served");
        await peer.closed;
      });
    } else if (how === "accept") {
      await (await listener.accept()).sendStream(1, "served");
    } else {
      for await (const peer of listener) {
        await peer.sendStream(1, "served");
        break;
      }
    }
    assertEquals((await nextStream(client)).text(), "served");
    assertEquals([errors.length, timers.running], [63, 0]);
    assert(errors.every((error, i) => error === resets[i]));
    listener.close();
  });
}

Deno.test("a socket that fails for ever is tried 64 times in 5 ms, and said to fail", async () => {
  using timers = new HeldTimers();
  const told: unknown[] = [];
  const cause = new Deno.errors.BadResource("Listener has been closed");
  const socket = {
    ...new MemoryAcceptor(),
    accepts: 0,
    accept(): Promise<Transport> {
      this.accepts++;
      return Promise.reject(cause);
    },
    close() {},
    ref() {},
    unref() {},
  };
  const listener = new Listener(socket, {
    onError: (error) => void (error !== cause && told.push(error)),
  });
  const running = listener.run(() => {});
  const rows: string[] = [];
  for (let pauses = 1; pauses <= 4; pauses++) {
    const timer = await timers.next();
    assertEquals([timer.ms, socket.accepts], [5, 64 * pauses]);
    timer.fire();
  }
  await timers.next();
  for (const error of told) {
    assert(error instanceof Error && error.cause === cause);
    rows.push(error.message.split(" ")[0]!);
  }
  assertEquals(rows, ["64", "128", "256"]);
  listener.close();
  await running;
  assertEquals([socket.accepts, timers.running], [320, 0]);
});

Deno.test("one that is accepted ends a row of failures", async () => {
  using timers = new HeldTimers();
  const told: Error[] = [];
  const acceptor = new MemoryAcceptor();
  const { listener, connect } = acceptor.listen({
    onError: (error) => void told.push(error as Error),
    stallTimeout: 0,
  });
  const clients = [];
  for (let i = 0; i < 3; i++) {
    for (let k = 0; k < 60; k++) acceptor.fail(reset());
    clients.push(await connect());
  }
  for (let i = 0; i < 3; i++) await listener.accept();
  assertEquals([told.length, timers.running], [180, 0]);
  assert(told.every((error) => error instanceof Deno.errors.NotConnected));
  listener.close();
});

Deno.test("closing ends the wait after a row of failures", async () => {
  using timers = new HeldTimers();
  const acceptor = new MemoryAcceptor();
  const { listener } = acceptor.listen({ onError: () => {} });
  for (let i = 0; i < 64; i++) acceptor.fail(reset());
  const accepting = assertRejects(() => listener.accept());
  await timers.next();
  await listener[Symbol.asyncDispose]();
  await accepting;
  assertEquals([acceptor.accepts, timers.running], [64, 0]);
});
