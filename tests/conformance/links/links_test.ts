/** Links, over each transport: what a connection does goes on over the next one. */
import { assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import {
  body,
  type ClientInterceptorOf,
  defineInterface,
} from "../../../interface/mod.ts";
import { follow } from "../../../reconnect/mod.ts";
import { tick } from "../../../internal/event_loop.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { Link } from "../../../reconnect/link.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import { SceneLink } from "./scene_link.ts";

const Camera = defineInterface({
  name: "Camera",
  extensions: true,
  services: {
    who: { id: 1, response: body<string>() },
    watch: {
      id: 2,
      endless: true,
      response: body<string>(),
      responseUpdates: { frame: { id: 1, body: body<number>() } },
    },
  },
});

conformance(
  "a link: typed calls, metadata and interceptors go on over the next connection",
  async (scene) => {
    let tokens = 0;
    await using test = new SceneLink(
      scene,
      (server, connection) =>
        Camera.serve(server, {
          who: (_nothing, { metadata }) =>
            `${connection} ${metadata.user} ${metadata.token}`,
          watch: () => "",
        }),
      { token: () => `token ${++tokens}` },
    );
    const name: ClientInterceptorOf<typeof Camera> = ({ metadata }, next) =>
      next({ metadata: { ...metadata, user: "someone" } });
    const camera = Camera.client(test.link, { intercept: [name] });
    for (const connection of [1, 2, 3]) {
      const who = `${connection} someone token ${connection}`;
      assertEquals(await camera.who(), who);
      await test.closeServer();
    }
  },
);

conformance(
  "a link: a call that may have run fails with that, an idempotent one runs again",
  async (scene) => {
    const runs: number[] = [];
    await using test = new SceneLink(
      scene,
      (server, connection) =>
        server.serve({
          1: async (_request, body) => {
            runs.push(connection);
            if (connection < 3) await test.kill();
            return body;
          },
        }),
    );
    const { link } = test;
    const error = await link.call(1, "").catch((error) => error);
    assertEquals([error.fatal, error.outcome, runs], [true, "unknown", [1]]);
    const options = { idempotent: true };
    assertEquals((await link.call(1, "again", options)).text(), "again");
    assertEquals(runs, [1, 2, 3]);
    assertEquals(link.stats().retries, 1);
  },
);

conformance(
  "a link: a request with updates ends with its connection, and follow makes it again",
  async (scene) => {
    await using test = new SceneLink(
      scene,
      (server, connection) =>
        Camera.serve(server, {
          who: () => "",
          watch: async function* () {
            yield { name: "frame", body: connection };
            if (connection === 1) await test.kill();
            return "seen";
          },
        }),
    );
    const camera = Camera.client(test.link);
    const seen: unknown[] = [];
    for await (const event of follow(() => camera.watch())) {
      seen.push(event.kind === "update" ? event.update.body : event.kind);
    }
    // What the end overtakes is lost with the connection.
    const [, ...rest] = seen[0] === 1 ? seen : [1, ...seen];
    assertEquals(rest, ["restart", 2]);
  },
);

conformance(
  "a link: a subscription goes on, and says where",
  async (scene) => {
    await using test = new SceneLink(scene, async (server, connection) => {
      server.serve({});
      await server.sendStream(7, `${connection}`);
      if (connection < 3) await server.close();
    });
    const seen: string[] = [];
    const messages = test.link.subscribe(7, {
      onRestart: () => seen.push("restart"),
    });
    for await (const message of messages) {
      if (seen.push(message.text()) === 5) break;
    }
    assertEquals(seen, ["1", "restart", "2", "restart", "3"]);
  },
);

conformance(
  "a link: a server that is silent from the beginning is no connection, and one that falls silent is left",
  async (scene) => {
    const clock = new HandClock();
    const heartbeat = { interval: 1000, timeout: 500 };
    const options = { heartbeat, extensions: true, stallTimeout: 0, clock };
    const silent = Promise.withResolvers<void>();
    let connections = 0;
    const connect = async () => {
      if (++connections === 3) {
        const [client, server] = await scene.pair(options);
        server.serve({ 1: () => "here" });
        return client;
      }
      const [client, raw] = await scene.raw(options);
      const ping = await raw.recv();
      assertEquals(ping?.header.serviceId, reservedId.PING);
      if (connections === 2) {
        // It answers once: the ping of the heartbeat and that of the link.
        const { Response } = MessageType;
        await raw.send(Response, 0, reservedId.PING, ping!.body.data);
        const second = await raw.recv();
        const { requestId } = second!.header;
        await raw.send(Response, requestId, reservedId.PING);
      }
      silent.resolve();
      return client;
    };
    const target = { address: "server", connect };
    await using link = new Link([target], {
      healthCheck: true,
      onState: ({ state }) => {
        if (state === "waiting") link.retryNow();
      },
    }, { clock });
    const states: string[] = [];
    link.onState(({ state }) => states.push(state));
    const call = link.call(1, "", { idempotent: true });
    const answered = call.then((response) => response.text());
    let answer: string | undefined;
    answered.then((text) => answer = text);
    await silent.promise;
    while (answer === undefined) {
      clock.turn(100);
      // A heartbeat lets the event loop turn before it judges.
      await tick();
      await scene.pace(1);
    }
    assertEquals([answer, connections], ["here", 3]);
    assertEquals(states.at(-1), "connected");
  },
);

conformance(
  "a link: draining ends it when the last call has",
  async (scene) => {
    const go = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    await using test = new SceneLink(scene, (server) =>
      server.serve({
        1: async () => {
          begun.resolve();
          await go.promise;
          return "done";
        },
      }));
    const { link } = test;
    const call = link.call(1, "");
    await begun.promise;
    const drained = link.drain();
    const error = await rejectsWith(
      "connection-closed",
      () => link.call(1, ""),
    );
    assertEquals(error.outcome, "not-sent");
    go.resolve();
    assertEquals((await call).text(), "done");
    await drained;
    assertEquals(await test.server.closed, null);
  },
);
