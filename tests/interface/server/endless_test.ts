/** Services that have no end of their own: draining cancels their requests. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { renderHtml, renderMarkdown } from "../../../interface/describe/mod.ts";
import {
  body,
  type BodySchema,
  defineInterface,
} from "../../../interface/mod.ts";
import { toTypeScript } from "../../../interface/rust/mod.ts";
import { conformance } from "../../support/conformance.ts";
import {
  fired,
  isPending,
  nextRequest,
  rejectsWith,
} from "../../support/expect.ts";
import { until } from "../../support/stats.ts";

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

/** A schema that takes as long as the test wants. */
function gated(): {
  schema: BodySchema<string>;
  begun: Promise<void>;
  open(): void;
} {
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const schema: BodySchema<string> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: async (value) => {
        begun.resolve();
        await gate.promise;
        return { value: value as string };
      },
    },
  };
  return { schema, begun: begun.promise, open: gate.resolve };
}

/** The ways to take what comes, each of which hands requests over to `taken`. */
const TAKERS = ["serve", "loop", "recvMessage"] as const;

for (const taker of TAKERS) {
  for (const why of ["drained", "cancelled"] as const) {
    conformance(
      `a request that is ${why} while its schema works is never handed over: ${taker}`,
      async (scene) => {
        const gate = gated();
        const Scale = defineInterface({
          name: "Scale",
          extensions: true,
          services: {
            watch: {
              id: 1,
              endless: true,
              request: gate.schema,
              responseUpdates: { value: { id: 1, body: body<number>() } },
            },
            tare: { id: 2 },
          },
        });
        const [client, server] = await scene.pair();
        const taken: string[] = [];
        const handlers = {
          watch: () => void taken.push("watch"),
          tare: () => void taken.push("tare"),
        };
        const messages = Scale.messages(server);
        const taking = taker === "serve"
          ? Scale.serve(server, handlers)
          : taker === "loop"
          ? (async () => {
            for await (const message of messages) {
              taken.push(message.name);
              if (message.kind === "request") {
                await message.request.sendResponse();
              }
            }
          })()
          : (async () => {
            for (;;) {
              const message = await messages.recvMessage();
              if (message === null) break;
              taken.push(message.name);
              if (message.kind === "request") {
                await message.request.sendResponse();
              }
            }
          })();
        const scale = Scale.client(client);
        const watching = await scale.watch("scale");
        await gate.begun;
        if (why === "drained") {
          const response = rejectsWith(
            "remote-error",
            () => watching.response(),
          );
          const drained = server.drain();
          assertEquals((await response).reason, "canceled");
          gate.open();
          await Promise.all([drained, taking]);
          assertEquals(taken, []);
        } else {
          watching[Symbol.dispose]();
          await until(scene, server, (stats) => stats.refusedRequests === 1);
          gate.open();
          await scale.tare();
          assertEquals(taken, ["tare"]);
        }
        assertEquals(server.stats().droppedMessages, 1);
      },
    );
  }
}

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
  assert(renderHtml(definition).includes(">1, endless<"));
  assert(toTypeScript([definition]).includes("endless: true,"));
});
