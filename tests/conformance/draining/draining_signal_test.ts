/** The signal `draining` of handlers. */
import { assert, assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { fired, rejectsWith } from "../../support/expect.ts";

conformance(
  "draining fires for requests and stream messages when it begins",
  async (scene) => {
    const [client, server] = await scene.pair();
    const begun = [0, 1].map(() => Promise.withResolvers<void>());
    const streamed = Promise.withResolvers<boolean>();
    const serving = server.serve({
      1: async (request, _body, context) => {
        const { draining, signal } = context;
        assert(!draining.aborted && request.draining === draining);
        begun[0]!.resolve();
        await fired(draining);
        assert(!signal.aborted);
        return "ended by itself";
      },
    }, {
      async stream(_message, { draining, signal }) {
        assert(!draining.aborted);
        begun[1]!.resolve();
        await fired(draining);
        streamed.resolve(signal.aborted);
      },
    });
    const call = client.call(1, "");
    await client.sendStream(1, "");
    await Promise.all(begun.map(({ promise }) => promise));
    const drained = server.drain();
    assertEquals((await call).text(), "ended by itself");
    assertEquals(await streamed.promise, false);
    await Promise.all([drained, serving]);
  },
);

conformance("draining that is asked for later has fired", async (scene) => {
  const [client, server] = await scene.pair();
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const serving = server.serve({
    1: async (_request, _body, context) => {
      begun.resolve();
      await go.promise;
      return `${context.draining.aborted}`;
    },
  });
  const call = client.call(1, "");
  await begun.promise;
  const drained = server.drain();
  go.resolve();
  assertEquals((await call).text(), "true");
  await Promise.all([drained, serving]);
});

conformance(
  "draining doesn't fire when the connection closes without it",
  async (scene) => {
    const [client, server] = await scene.pair();
    const begun = Promise.withResolvers<void>();
    const serving = server.serve({
      1: async (_request, _body, { draining, signal }) => {
        begun.resolve();
        await fired(signal);
        assert(!draining.aborted);
      },
    });
    const call = client.call(1, "");
    call.catch(() => {});
    await begun.promise;
    await server.close();
    await serving;
    await rejectsWith("remote-error", () => call);
  },
);

conformance(
  "a drain in a listener of draining is of no effect",
  async (scene) => {
    const [client, server] = await scene.pair();
    const begun = Promise.withResolvers<void>();
    const serving = server.serve({
      1: async (_request, _body, { draining }) => {
        const again = fired(draining).then(() => void server.drain());
        begun.resolve();
        await again;
      },
    });
    const call = client.call(1, "");
    await begun.promise;
    await server.drain();
    assertEquals((await call).text(), "");
    await serving;
  },
);
