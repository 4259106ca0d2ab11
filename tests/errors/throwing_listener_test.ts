/** An `onError` of a listener that throws itself: it ends nothing. */
import { assert, assertEquals } from "@std/assert";
import {
  authorizesLater,
  conformance,
  listens,
} from "../support/conformance.ts";
import { nextRequest, nextStream } from "../support/expect.ts";
import { MemoryAcceptor } from "../support/memory_acceptor.ts";
import { Thrower } from "./thrower.ts";

conformance(
  "a listener outlives an onError that throws at its handlers",
  async (scene) => {
    using thrower = new Thrower();
    const { listener, connect } = await scene.listen({
      onError: thrower.onError,
    });
    const wrong = [new Error("handler"), new Error("at once")];
    let calls = 0;
    const running = listener.run((peer) => {
      if (calls++ === 0) return Promise.reject(wrong[0]);
      if (calls === 2) throw wrong[1];
      return peer.serve({ 1: () => "third time" });
    });
    for (let i = 0; i < 2; i++) {
      await using client = await connect();
      assertEquals(await client.recvMessage(), null);
    }
    await using client = await connect();
    assertEquals((await client.call(1, "")).text(), "third time");
    assertEquals(thrower.errors, wrong);
    await client.close();
    await listener[Symbol.asyncDispose]();
    await running;
    thrower.check(2);
  },
  listens,
);

conformance(
  "a listener outlives an onError that throws at refused connections",
  async (scene) => {
    using thrower = new Thrower();
    let asked = 0;
    const { listener, connect } = await scene.listen({
      onError: thrower.onError,
      authorize: () => ++asked > 2,
    });
    const accepting = listener.accept();
    for (let i = 0; i < 2; i++) {
      await using refused = await connect();
      // A reset is no clean end, and sockets may do either.
      await refused.recvMessage().catch(() => {});
    }
    await using client = await connect();
    await using server = await accepting;
    await client.sendStream(1, "let in");
    assertEquals((await nextStream(server)).text(), "let in");
    for (const error of thrower.errors) {
      assert(error instanceof Deno.errors.PermissionDenied);
    }
    listener.close();
    thrower.check(2);
  },
  authorizesLater,
);

for (const how of ["run", "iteration"] as const) {
  Deno.test(`${how} outlives an onError that throws at failed accepts`, async () => {
    using thrower = new Thrower();
    const acceptor = new MemoryAcceptor();
    const { listener, connect } = acceptor.listen({ onError: thrower.onError });
    const failures = [new Error("first"), new Error("second")];
    for (const failure of failures) acceptor.fail(failure);
    const answer = async (peer: Parameters<typeof nextRequest>[0]) => {
      const { request } = await nextRequest(peer);
      await request.sendResponse(1, "accepted");
    };
    const running = how === "run" ? listener.run(answer) : (async () => {
      for await (const peer of listener) {
        await answer(peer);
        await peer.closed;
      }
    })();
    const client = await connect();
    assertEquals((await client.call(1, "")).text(), "accepted");
    await client.close();
    assertEquals(thrower.errors, failures);
    await listener[Symbol.asyncDispose]();
    await running;
    thrower.check(2);
  });
}
