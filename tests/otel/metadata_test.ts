/** The trace of a request goes beside its metadata, and only where it is understood. */
import { assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport, Peer } from "../../mod.ts";
import { traceOf, withTrace } from "../../peer/requests/metadata.ts";

const TRACE = {
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  tracestate: "cell=1",
};

/** What a server finds with a request that was sent with this. */
async function arrives(
  metadata: Readonly<Record<string, string>>,
  extensions: boolean,
) {
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a, { extensions });
  await using server = Peer.spawn(b);
  const found = Promise.withResolvers<Readonly<Record<string, string>>>();
  const serving = server.serve({
    1: (request) => found.resolve(request.metadata),
  });
  await client.call(1, "", { metadata });
  await client.close();
  await serving;
  return await found.promise;
}

Deno.test("a trace comes with the request, and the application doesn't see it", async () => {
  const found = await arrives(withTrace({ user: "x" }, TRACE), true);
  assertEquals(found, { user: "x" });
  assertEquals(Object.keys({ ...found }), ["user"]);
  assertEquals(traceOf(found), TRACE);
});

Deno.test("a trace alone needs no extensions, and isn't sent without them", async () => {
  const found = await arrives(withTrace({}, TRACE), false);
  assertEquals([found, traceOf(found)], [{}, {}]);
});

Deno.test("metadata beside a trace still needs extensions", async () => {
  await assertRejects(
    () => arrives(withTrace({ user: "x" }, TRACE), false),
    TypeError,
    "extensions",
  );
});

Deno.test("a request that came without a trace has none", async () => {
  assertEquals(traceOf(await arrives({ user: "x" }, true)), {});
});
