/** What handlers are given besides the body. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Body, PeerWriteHandle } from "../../../mod.ts";
import { body, defineInterface, serve } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { fired, rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";
import { Robot } from "../support/robot.ts";

const Display = defineInterface({
  name: "Display",
  services: {
    ask: { id: 31, request: body<string>(), response: body<string>() },
  },
  streams: { show: { id: 31, body: body<string>() } },
});

conformance("handlers call the other side by their peer", async (scene) => {
  const [client, server] = await scene.pair();
  const shown = Promise.withResolvers<string>();
  Display.serve(client, {
    ask: (question) => `${question}? yes`,
    show: (text) => shown.resolve(text),
  });
  Camera.serve(server, {
    ...handlers,
    name: (_nothing, { peer }) => Display.client(peer).ask("ready"),
    temperature: (degrees, { peer }) =>
      Display.client(peer).show(`${degrees} degrees`),
  });
  const camera = Camera.client(client);
  assertEquals(await camera.name(), "ready? yes");
  await camera.temperature(20);
  assertEquals(await shown.promise, "20 degrees");
});

conformance(
  "the peer of handlers is one for a connection, and owns nothing",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [reader, writer] = server.split();
    const peers: PeerWriteHandle<Body, unknown>[] = [];
    const infos: unknown[] = [];
    const serving = serve(
      reader,
      Camera.implement({
        ...handlers,
        name: (_nothing, { peer, info }) => {
          peers.push(peer);
          infos.push(info);
          peer[Symbol.dispose]();
          return "";
        },
        tick: (_nothing, { peer, info }) => {
          peers.push(peer);
          infos.push(info);
        },
      }),
      Robot.implement({
        move: (angle) => angle,
        name: (_nothing, { peer, info }) => {
          peers.push(peer);
          infos.push(info);
          return "";
        },
        jog: () => {},
      }),
    );
    const camera = Camera.client(client);
    await camera.name();
    await camera.tick();
    await Robot.client(client).name();
    assertEquals(peers.length, 3);
    for (const peer of peers) assertStrictEquals(peer, peers[0]);
    for (const info of infos) assertStrictEquals(info, server.info);
    // It holds the connection open no longer than the halves do.
    reader[Symbol.dispose]();
    writer[Symbol.dispose]();
    assertEquals(await server.closed, null);
    await serving;
    await rejectsWith("connection-closed", () => peers[0]!.call(1, ""));
  },
);

conformance("a handler knows its request", async (scene) => {
  const [client, server] = await scene.pair();
  Camera.serve(server, {
    ...handlers,
    record: (_recording, { requestId, serviceId, send }) => {
      assertEquals(typeof send.state, "function");
      return `${requestId} ${serviceId}`;
    },
  });
  const recording = await Camera.client(client).record({ frames: 1 });
  assertEquals(
    new TextDecoder().decode(await recording.response()),
    `${recording.requestId} 2`,
  );
});

conformance(
  "handlers are told when the connection begins to drain",
  async (scene) => {
    const [client, server] = await scene.pair();
    const signals: AbortSignal[] = [];
    const begun = Promise.withResolvers<void>();
    const serving = Camera.serve(server, {
      ...handlers,
      tick: (_nothing, { draining }) => void signals.push(draining),
      name: async (_nothing, { draining }) => {
        begun.resolve();
        await fired(draining);
        return "drained";
      },
    }, {
      // An interceptor hides nothing of it.
      intercept: [(_call, next) => next()],
    });
    const robot = Robot.client(client);
    const camera = Camera.client(client);
    await camera.tick();
    const name = camera.name();
    await begun.promise;
    assertEquals(signals.map(({ aborted }) => aborted), [false]);
    const drained = server.drain();
    assertEquals(await name, "drained");
    assertEquals(signals[0]?.aborted, true);
    await drained;
    await serving;
    assertEquals(
      await robot.name().catch((error) => error.code),
      "connection-closed",
    );
  },
);
