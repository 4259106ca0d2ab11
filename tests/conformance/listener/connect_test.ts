/** `connect`, `authorize` and signals, from the side that connects. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bind, connect, listen, RpcError } from "../../../mod.ts";
import { conformance, listens } from "../../support/conformance.ts";
import { testWith } from "../../support/permissions.ts";
import { untilRefused } from "../../support/refused.ts";

conformance("both ends of a connection know each other", async (scene) => {
  const { listener, connect } = await scene.listen();
  await using client = await connect();
  await using server = await listener.accept();
  const serving = server.serve({
    1: (_request, body) => `Hello ${body.text()}!`,
  });
  assertEquals((await client.call(1, "World")).text(), "Hello World!");
  assert(typeof client.info === "object" && client.info !== null);
  assert(typeof server.info === "object" && server.info !== null);
  // Plain data: it can be logged, stored and compared.
  assertEquals(structuredClone(server.info), server.info);
  assertEquals(structuredClone(client.info), client.info);
  await client.close();
  await serving;
}, listens);

conformance("a signal that has fired connects nothing", async (scene) => {
  const { connect } = await scene.listen();
  const reason = new Error("changed my mind");
  const error = await assertRejects(() =>
    connect({ signal: AbortSignal.abort(reason) })
  );
  assertEquals(error, reason);
}, ({ listen, name }) => listen !== null && name !== "memory");

conformance(
  "authorize that refuses closes before a byte is read",
  async (scene) => {
    const { listener, connect } = await scene.listen();
    const cause = new Error("don't like it");
    for (
      const authorize of [
        () => false,
        () => Promise.resolve(false),
        () => {
          throw cause;
        },
        () => Promise.reject(cause),
      ]
    ) {
      const accepted = listener.accept();
      const error = await assertRejects(
        () => connect({ authorize }),
        Deno.errors.PermissionDenied,
      );
      assert(error.cause === undefined || error.cause === cause);
      await using server = await accepted;
      assertEquals(await server.recvMessage(), null);
      assertEquals(await server.closed, null);
    }
  },
  listens,
);

conformance("authorize that agrees lets the connection run", async (scene) => {
  const { listener, connect } = await scene.listen();
  for (const agree of [true, undefined]) {
    const seen: unknown[] = [];
    const accepted = listener.accept();
    await using client = await connect({
      authorize(info) {
        seen.push(info);
        return Promise.resolve(agree);
      },
    });
    assertEquals(seen, [client.info]);
    await using server = await accepted;
    await server.sendStream(1, "welcome");
    assertEquals((await client.recvMessage())?.kind, "stream");
  }
}, listens);

conformance("a signal ends the wait for authorize too", async (scene) => {
  const { listener, connect } = await scene.listen();
  const controller = new AbortController();
  const reason = new Error("took too long");
  const decision = Promise.withResolvers<boolean>();
  const asked = Promise.withResolvers<void>();
  const accepted = listener.accept();
  const connecting = connect({
    signal: controller.signal,
    authorize() {
      asked.resolve();
      return decision.promise;
    },
  });
  await asked.promise;
  controller.abort(reason);
  let early: unknown = "pending";
  connecting.then(() => early = "connected", (error) => early = error);
  await scene.pace();
  const inTime = early;
  decision.resolve(true);
  const late = await Promise.allSettled([connecting]);
  if (late[0]?.status === "fulfilled") await late[0].value.close();
  await using server = await accepted;
  assertEquals(await server.closed, null);
  assertEquals(inTime, reason);
}, listens);

conformance(
  "options out of range leave no connection behind",
  async (scene) => {
    const { listener, connect } = await scene.listen();
    const accepted = listener.accept();
    await assertRejects(() => connect({ maxInboxMessages: 0 }), RangeError);
    // Whether it connected before it looked is its own business; if so, it closed.
    listener.close();
    const [result] = await Promise.allSettled([accepted]);
    if (result.status === "fulfilled") {
      await using server = result.value;
      assertEquals(await server.recvMessage(), null);
    } else assert(result.reason instanceof RpcError);
  },
  listens,
);

testWith("net", "connect: nobody listens", async () => {
  const listener = await bind("127.0.0.1:0");
  const { port } = listener.addr;
  listener.close();
  await untilRefused(() => connect({ hostname: "127.0.0.1", port }));
});

testWith("net", "listen: a port that is taken", () => {
  const listener = listen("tcp://127.0.0.1:0");
  try {
    const { transport, hostname, port } = listener.addr;
    assertEquals([transport, hostname], ["tcp", "127.0.0.1"]);
    assert(port > 0);
    assertThrows(
      () => listen({ hostname: "127.0.0.1", port }),
      Deno.errors.AddrInUse,
    );
  } finally {
    listener.close();
  }
});

testWith("unix", "connect: no such file", async () => {
  await assertRejects(
    () => connect("unix:/no/such/file"),
    Deno.errors.NotFound,
  );
});
