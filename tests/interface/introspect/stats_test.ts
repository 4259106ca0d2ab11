/** What a server counts of its services, and tells, over every transport. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import {
  defineInterface,
  serve,
  serverStats,
  type ServiceStats,
} from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";
import { z } from "../support/schemas.ts";

const { Request, Response, ResponderUpdate } = MessageType;
const STATS = -2147483646;

const Press = defineInterface({
  name: "Press",
  extensions: true,
  services: {
    press: { id: 1, request: z.number(), errors: { jammed: {} } },
    wait: { id: 2 },
    secret: { id: 3, hidden: true },
  },
});

/** The services of the only interface, by name. */
async function servicesOf(
  ...args: Parameters<typeof serverStats>
): Promise<Record<string, ServiceStats>> {
  const { interfaces } = await serverStats(...args);
  assertEquals(interfaces.length, 1);
  return Object.fromEntries(
    interfaces[0]!.services.map((service) => [service.name, service]),
  );
}

/** How many durations there are. */
function ended({ durations: { counts } }: ServiceStats): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

conformance("calls and errors are counted by reason", async (scene) => {
  const [client, server] = await scene.pair({ onError: () => {} });
  const begun = Promise.withResolvers<void>();
  serve(
    server,
    Press.implement({
      press: (force) => {
        if (force === 1) throw new Press.errors.press.jammed();
        if (force === 2) throw new Error("broken");
        // It isn't declared, and may have any word.
        if (force === 3) throw new Error("odd3: broken");
      },
      wait: (_nothing, { signal }) =>
        new Promise<void>((resolve) => {
          signal.onabort = () => resolve();
          begun.resolve();
        }),
      secret: () => {},
    }),
    { stats: true },
  );
  const press = Press.client(client);
  for (let force = 0; force < 4; force++) {
    await press.press(force).catch(() => {});
  }
  await press.press("x" as never).catch(() => {});
  const controller = new AbortController();
  const waiting = press.wait({ signal: controller.signal });
  await begun.promise;
  const before = await servicesOf(client);
  assertEquals([before.wait!.calls, before.wait!.open], [1, 1]);
  controller.abort();
  await waiting.catch(() => {});

  const { press: pressed, wait } = await servicesOf(client);
  assertEquals([pressed!.id, pressed!.calls, pressed!.open], [1, 5, 0]);
  assertEquals(pressed!.errors, {
    jammed: 1,
    failed: 2,
    "invalid-request": 1,
  });
  assertEquals(ended(pressed!), 5);
  const { bounds, counts, sum, max } = pressed!.durations;
  assertEquals(counts.length, bounds.length + 1);
  assert(max <= sum, `${max} ${sum}`);
  assertEquals([wait!.calls, wait!.open, wait!.errors], [1, 0, {
    canceled: 1,
  }]);
});

conformance(
  "figures are those of all connections of an implementation",
  async (scene) => {
    const begun = Promise.withResolvers<void>();
    const camera = Camera.implement({
      ...handlers,
      name: (_nothing, { signal }) =>
        new Promise<string>((resolve) => {
          signal.onabort = () => resolve("nobody hears it");
          begun.resolve();
        }),
    });
    const [first, firstServer] = await scene.pair({ onError: () => {} });
    const [second, secondServer] = await scene.pair();
    const serving = serve(firstServer, camera, { stats: true });
    serve(secondServer, camera, { stats: true });
    const [other, otherServer] = await scene.pair();
    serve(otherServer, camera);
    await Camera.client(first).reset();
    await Camera.client(second).reset();
    await Camera.client(other).reset();
    assertEquals(camera.stats.connections, 2);
    const name = Camera.client(first).name().catch(() => {});
    const { interfaces } = await serverStats(second, { interface: "Camera" });
    assertEquals(interfaces[0]?.connections, 2);
    await begun.promise;
    assertEquals(camera.stats.services[0]?.open, 1);
    await firstServer.close();
    await Promise.all([name, serving]);
    const [named, , reset] = camera.stats.services;
    assertEquals(camera.stats.connections, 1);
    assertEquals(reset!.calls, 2);
    assertEquals([named!.calls, named!.open], [1, 0]);
    assertEquals(Object.values(named!.errors), [1]);
  },
);

conformance("hidden services are told of where allowed", async (scene) => {
  for (const allowed of [true, false]) {
    const [client, server] = await scene.pair();
    const press = Press.implement({
      press: () => {},
      wait: () => {},
      secret: () => {},
    });
    serve(server, press, { stats: { hidden: () => allowed } });
    assertEquals(Object.keys(await servicesOf(client)), ["press", "wait"]);
    const all = await servicesOf(client, { hidden: true });
    assertEquals("secret" in all, allowed);
  }
});

conformance("nothing is counted or told by default", async (scene) => {
  const [client, server] = await scene.pair();
  const camera = Camera.implement(handlers);
  serve(server, camera, { describe: true });
  await Camera.client(client).name();
  const error = await rejectsWith("remote-error", () => serverStats(client));
  assertEquals(error.reason, "unknown-service");
  assert(error.message.includes("stats: true"), error.message);
  assertEquals(camera.stats.services[0]?.calls, 0);
});

conformance("what are no figures is an error", async (scene) => {
  const [peer, raw] = await scene.raw();
  const told = rejectsWith("decode-failed", () => serverStats(peer));
  assertEquals(await raw.recvPlain(), [Request, 0, STATS, ""]);
  const document = '{"interfaces":[{"name":"A","connections":"1"}]}';
  await raw.send(ResponderUpdate, 0, STATS, document);
  await raw.send(Response, 0, STATS, "");
  const { message } = await told;
  assert(message.includes("connections is no number"), message);
});
