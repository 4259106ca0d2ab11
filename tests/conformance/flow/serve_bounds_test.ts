/** `serve`: async handlers of stream messages count as not taken. */
import { assertEquals, assertLess } from "@std/assert";
import type { PeerOptions } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { fired } from "../../support/expect.ts";

const BODY = "x".repeat(100);

for (
  const [name, option, most] of [
    ["maxInboxMessages", { maxInboxMessages: 3 }, 3],
    ["maxInboxBytes", { maxInboxBytes: 250 }, 3],
  ] as const satisfies readonly (readonly [string, PeerOptions, number])[]
) {
  conformance(
    `async stream handlers are bounded by ${name}, and go on`,
    async (scene) => {
      const [client, server] = await scene.pair({ right: option });
      const count = 20;
      const running: PromiseWithResolvers<void>[] = [];
      const started: number[] = [];
      let wake = Promise.withResolvers<void>();
      let ends = 0;
      const serving = server.serve({}, {
        stream({ header }) {
          started.push(header.serviceId);
          const end = Promise.withResolvers<void>();
          running.push(end);
          wake.resolve();
          return end.promise;
        },
      });
      const startedUpTo = async (n: number): Promise<void> => {
        for (let i = 0; started.length < n && i < count; i++) {
          wake = Promise.withResolvers();
          if (started.length < n) await wake.promise;
        }
      };
      for (let i = 0; i < count; i++) await client.sendStream(i, BODY);
      await startedUpTo(most);
      await scene.pace();
      assertEquals(started.length, most);
      // Each that ends, in whatever order, lets one begin.
      while (ends < count) {
        const end = (ends % 2 === 0 ? running.shift() : running.pop())!;
        end.resolve();
        ends++;
        await startedUpTo(Math.min(ends + most, count));
        assertLess(started.length - ends, most + 1);
      }
      assertEquals(started, Array.from({ length: count }, (_, i) => i));
      await client.close();
      await serving;
    },
  );
}

conformance(
  "a stream handler that fails makes room as well",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { maxInboxMessages: 1, onError: (error) => errors.push(error) },
    });
    const seen: number[] = [];
    const serving = server.serve({ 9: () => seen.join() }, {
      stream({ header: { serviceId } }) {
        seen.push(serviceId);
        if (serviceId % 2 === 0) return Promise.reject(new Error("async"));
        throw new Error("sync");
      },
    });
    for (let i = 0; i < 6; i++) await client.sendStream(i, BODY);
    assertEquals((await client.call(9, "")).text(), "0,1,2,3,4,5");
    const messages = errors.map((error) => (error as Error).message);
    assertEquals(messages, ["async", "sync", "async", "sync", "async", "sync"]);
    await client.close();
    await serving;
  },
);

conformance(
  "one body larger than maxInboxBytes is handled alone",
  async (scene) => {
    const [client, server] = await scene.pair({ right: { maxInboxBytes: 10 } });
    let most = 0;
    let now = 0;
    const serving = server.serve({ 1: () => `${most}` }, {
      async stream() {
        most = Math.max(most, ++now);
        await Promise.resolve();
        now--;
      },
    });
    for (let i = 0; i < 10; i++) await client.sendStream(i, BODY);
    assertEquals((await client.call(1, "")).text(), "1");
    await client.close();
    await serving;
  },
);

conformance(
  "serve that waits for room ends with the connection",
  async (scene) => {
    const [client, server] = await scene.pair({
      right: { maxInboxMessages: 1 },
    });
    const started = Promise.withResolvers<AbortSignal>();
    const serving = server.serve({}, {
      async stream(_message, { signal }) {
        started.resolve(signal);
        await fired(signal);
      },
    });
    await client.sendStream(1, BODY);
    const signal = await started.promise;
    assertEquals(signal.aborted, false);
    await client.close();
    await serving;
    assertEquals(signal.aborted, true);
  },
);
