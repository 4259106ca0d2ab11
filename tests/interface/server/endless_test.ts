/** Services that have no end of their own: draining cancels their requests. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { renderHtml, renderMarkdown } from "../../../interface/describe/mod.ts";
import { body, defineInterface } from "../../../interface/mod.ts";
import { toTypeScript } from "../../../interface/rust/mod.ts";
import { conformance } from "../../support/conformance.ts";
import {
  fired,
  isPending,
  nextRequest,
  rejectsWith,
} from "../../support/expect.ts";

const Gauge = defineInterface({
  name: "Gauge",
  services: {
    watch: {
      id: 1,
      endless: true,
      responseUpdates: { value: { id: 1, body: body<number>() } },
    },
    tare: { id: 2 },
  },
});

conformance(
  "draining cancels what is endless, and waits for the rest",
  async (scene) => {
    const [client, server] = await scene.pair();
    const gauge = Gauge.client(client);
    const tare = {
      begun: Promise.withResolvers<void>(),
      go: Promise.withResolvers<void>(),
    };
    const watched = Promise.withResolvers<void>();
    const serving = Gauge.serve(server, {
      async *watch(_, { signal }) {
        const stopped = fired(signal);
        yield { name: "value", body: 1 };
        await stopped;
        watched.resolve();
      },
      async tare() {
        tare.begun.resolve();
        await tare.go.promise;
      },
    });
    const watching = await gauge.watch();
    for await (const update of watching.updates()) {
      assertEquals(update.body, 1);
      break;
    }
    const taring = gauge.tare();
    await tare.begun.promise;
    const drained = server.drain();
    await watched.promise;
    const error = await rejectsWith("remote-error", () => watching.response());
    assertEquals(error.reason, "canceled");
    assert(await isPending(drained));
    tare.go.resolve();
    await taring;
    await Promise.all([drained, serving]);
  },
);

conformance(
  "draining cancels what a loop over messages has taken",
  async (scene) => {
    const [client, server] = await scene.pair();
    const messages = Gauge.messages(server);
    const watching = await Gauge.client(client).watch();
    const message = await messages.recvMessage();
    assert(message?.kind === "request" && message.name === "watch");
    await server.drain();
    const error = await rejectsWith("remote-error", () => watching.response());
    assertEquals(error.reason, "canceled");
  },
);

conformance(
  "a request that turns out to be endless while it drains is cancelled",
  async (scene) => {
    const [client, server] = await scene.pair();
    const call = rejectsWith("remote-error", () => client.call(1, ""));
    const { request } = await nextRequest(server);
    const { signal } = request;
    const drained = server.drain();
    assert(await isPending(drained));
    request.setEndless();
    assert(signal.aborted && request.cancelled);
    assertEquals((await call).reason, "canceled");
    await drained;
  },
);

conformance("typed handlers get the signal of draining", async (scene) => {
  const [client, server] = await scene.pair();
  const begun = Promise.withResolvers<void>();
  const serving = Gauge.serve(server, {
    watch: () => Promise.reject(new Error("nobody asks")),
    async tare(_, { draining, signal }) {
      const ended = fired(draining);
      begun.resolve();
      await ended;
      assert(!signal.aborted);
    },
  });
  const taring = Gauge.client(client).tare();
  await begun.promise;
  await server.drain();
  await Promise.all([taring, serving]);
});

Deno.test("only a service with updates may be endless", () => {
  assertThrows(
    () =>
      defineInterface({
        name: "Wrong",
        // @ts-expect-error it has no updates
        services: { now: { id: 1, endless: true } },
      }),
    TypeError,
    "has no updates",
  );
  assertThrows(
    () =>
      defineInterface({
        name: "Wrong",
        services: {
          now: {
            id: 1,
            // @ts-expect-error it is no boolean
            endless: "yes",
            responseUpdates: { value: { id: 1 } },
          },
        },
      }),
    TypeError,
    "must be true or false, got string",
  );
});

Deno.test("descriptions say what is endless", () => {
  const { definition } = Gauge;
  assertEquals(definition.services.map(({ endless }) => endless), [
    true,
    undefined,
  ]);
  assert(renderMarkdown(definition).includes("### watch (1, endless)\n"));
  assert(
    renderHtml(definition).includes("(1, endless)") ||
      renderHtml(definition).includes(">1, endless<"),
  );
  assert(toTypeScript([definition]).includes("endless: true,"));
});
