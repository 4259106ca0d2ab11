/** Ends that are no errors: they reach no `onError`. */
import { assert, assertEquals } from "@std/assert";
import type { BodyInput } from "../../mod.ts";
import { conformance } from "../support/conformance.ts";
import { fired, nextStream, rejectsWith } from "../support/expect.ts";
import type { Scene, TestPeer } from "../support/scene.ts";

const LARGE = 300 * 1024;
const LIMITS = { maxBodyLenRead: LARGE, maxBodyLenWrite: LARGE };

/** A client with a request that a server works on, and what the server's `onError` gets. */
async function working(scene: Scene) {
  const errors: unknown[] = [];
  const work = Promise.withResolvers<BodyInput | void>();
  const started = Promise.withResolvers<AbortSignal>();
  const [client, server] = await scene.pair({
    ...LIMITS,
    right: { onError: (error) => errors.push(error) },
  });
  const handlers = {
    1: (
      _request: unknown,
      _body: unknown,
      context: { signal: AbortSignal },
    ) => {
      started.resolve(context.signal);
      return work.promise;
    },
    2: (_request: unknown, body: { text(): string }) => body.text(),
  };
  const calling = client.call(1, "");
  calling.catch(() => {});
  return { client, server, handlers, calling, work, started, errors };
}

conformance(
  "releasing the read handle ends serve without an error",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const [reader, writer] = server.split();
    const serving = reader.serve({ 2: () => "served" });
    assertEquals((await client.call(2, "")).text(), "served");
    reader[Symbol.dispose]();
    await serving;
    await rejectsWith("remote-error", () => client.call(2, ""));
    await writer.sendStream(1, "the other direction goes on");
    await nextStream(client);
    writer[Symbol.dispose]();
    assertEquals(await client.closed, null);
    assertEquals(errors, []);
  },
);

conformance(
  "releasing the read handle lets handlers finish, and reports nothing",
  async (scene) => {
    const { client, server, handlers, calling, work, started, errors } =
      await working(scene);
    const [reader, writer] = server.split();
    let over = false;
    const serving = reader.serve(handlers).then(() => over = true);
    await started.promise;
    reader[Symbol.dispose]();
    await rejectsWith("remote-error", () => client.call(2, ""));
    assert(!over);
    work.resolve("finished");
    assertEquals((await calling).text(), "finished");
    await serving;
    writer[Symbol.dispose]();
    assertEquals(await client.closed, null);
    assertEquals(errors, []);
  },
);

conformance(
  "a fatal error is reported although the read handle is released later",
  async (scene) => {
    const errors: unknown[] = [];
    const [peer, raw] = await scene.raw({
      maxBodyLenRead: 10,
      maxBodyLenWrite: 20,
      onError: (error) => errors.push(error),
    });
    const [reader, writer] = peer.split();
    const serving = reader.serve({});
    await raw.send(0, 1, 1, "eleven bytes");
    const error = await writer.closed;
    await serving;
    assertEquals(error?.code, "payload-too-large");
    assertEquals(errors, [error]);
    reader[Symbol.dispose]();
    writer[Symbol.dispose]();
  },
  ({ longBodyIsFatal }) => longBodyIsFatal,
);

/** Who ends a connection, in which order. */
const ENDS: Record<
  string,
  (client: TestPeer, server: TestPeer, seen: Promise<unknown>) => Promise<void>
> = {
  "the other side has ended, and then this one closed": async (
    client,
    server,
    seen,
  ) => {
    // It waits for the server's end, a second at most.
    client.close();
    await seen;
    await server.close();
  },
  "this side has closed": async (_client, server) => {
    await server.close();
  },
  "this side has closed, twice, and the other one too": async (
    client,
    server,
  ) => {
    await Promise.all([server.close(), client.close(), server.close()]);
  },
  "the other side has ended": async (client, _server, seen) => {
    client.close();
    await seen;
  },
};

for (const [name, end] of Object.entries(ENDS)) {
  conformance(
    `what a handler gives when ${name} reports nothing`,
    async (scene) => {
      for (const body of ["text", new Uint8Array(LARGE), undefined]) {
        const { client, server, handlers, calling, work, started, errors } =
          await working(scene);
        const serving = server.serve(handlers);
        const signal = await started.promise;
        const seen = fired(signal);
        await end(client, server, seen);
        work.resolve(body);
        await serving;
        assertEquals(await server.closed, null);
        assertEquals(errors, []);
        await Promise.allSettled([calling, client.close()]);
      }
    },
  );

  conformance(
    `what a handler throws when ${name} is reported, unless it is that end`,
    async (scene) => {
      for (const own of [true, false]) {
        const { client, server, handlers, work, started, errors } =
          await working(scene);
        const serving = server.serve(handlers);
        const signal = await started.promise;
        const seen = fired(signal);
        await end(client, server, seen);
        const thrown = own ? signal.reason : new Error("of the handler");
        work.reject(thrown);
        await serving;
        assertEquals(errors, own ? [] : [thrown]);
        await client.close();
      }
    },
  );
}
