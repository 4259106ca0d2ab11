/** An `onError` of a peer that throws itself: it ends nothing. */
import { assert, assertEquals } from "@std/assert";
import { MessageType, RpcError } from "../../mod.ts";
import { conformance } from "../support/conformance.ts";
import { rejectsWith } from "../support/expect.ts";
import { Thrower } from "./thrower.ts";

conformance("serve outlives an onError that throws", async (scene) => {
  using thrower = new Thrower();
  const [client, server] = await scene.pair({
    right: { onError: thrower.onError },
  });
  const gone: unknown[] = [new Error("at once"), new Error("later"), "stream"];
  const serving = server.serve({
    1: () => {
      throw gone[0];
    },
    2: () => Promise.reject(gone[1]),
    3: (_request, body) => body,
  }, {
    stream: () => {
      throw gone[2];
    },
  });
  for (const [service, text] of [[1, "at once"], [2, "later"]] as const) {
    const error = await rejectsWith(
      "remote-error",
      () => client.call(service, ""),
    );
    assertEquals(error.message, text);
  }
  await client.sendStream(1, "");
  assertEquals((await client.call(3, "still served")).text(), "still served");
  assertEquals(thrower.errors, gone);
  await client.close();
  await serving;
  assertEquals(await server.closed, null);
  thrower.check(3);
});

conformance(
  "a stream handler may reject before onError throws",
  async (scene) => {
    using thrower = new Thrower();
    const [client, server] = await scene.pair({
      right: { onError: thrower.onError, maxInboxMessages: 1 },
    });
    const texts: string[] = [];
    const serving = server.serve({ 1: () => texts.join() }, {
      stream: async (message) => {
        await Promise.resolve();
        texts.push(message.text());
        throw new Error(message.text());
      },
    });
    for (const text of ["a", "b", "c"]) await client.sendStream(1, text);
    assertEquals((await client.call(1, "")).text(), "a,b,c");
    await client.close();
    await serving;
    thrower.check(3);
  },
);

conformance(
  "iteration and serve outlive an onError that throws at their errors",
  async (scene) => {
    for (const how of ["iteration", "serve"]) {
      using thrower = new Thrower();
      const [peer, raw] = await scene.raw({ onError: thrower.onError });
      const taken = Promise.withResolvers<string>();
      const ended = how === "serve"
        ? peer.serve({}, { stream: (message) => taken.resolve(message.text()) })
        : (async () => {
          for await (const message of peer) {
            assert(message.kind === "stream");
            taken.resolve(message.message.text());
          }
        })();
      await raw.sendBatch([
        [MessageType.Response, 77, 1, "to nothing"],
        [MessageType.Stream, 0, 1, "behind it"],
      ]);
      assertEquals(await taken.promise, "behind it");
      await raw.end();
      await ended;
      const [error] = thrower.errors;
      assert(error instanceof RpcError);
      assertEquals(error.code, "unknown-request-id");
      assertEquals(await peer.closed, null);
      thrower.check(1);
    }
  },
);
