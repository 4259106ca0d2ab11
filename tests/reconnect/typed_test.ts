import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RpcError } from "../../mod.ts";
import {
  body,
  type ClientInterceptorOf,
  defineInterface,
} from "../../interface/mod.ts";
import { follow } from "../../reconnect/mod.ts";
import { isPending, rejectsWith } from "../support/expect.ts";
import { oneServer } from "./support/test_link.ts";
import { settle } from "./support/test_server.ts";

const Camera = defineInterface({
  name: "Camera",
  extensions: true,
  services: {
    name: { id: 1, response: body<string>(), idempotent: true },
    expose: { id: 2, response: body<string>() },
    watch: {
      id: 3,
      endless: true,
      response: body<string>(),
      responseUpdates: { frame: { id: 1, body: body<number>() } },
    },
  },
  streams: { temperature: { id: 1, from: "server", body: body<number>() } },
  errors: { busy: {} },
});

Deno.test("a typed client works on a link as on a peer", async () => {
  const seen: string[] = [];
  const { test, link, server } = oneServer((peer) =>
    Camera.serve(peer, {
      name: (_nothing, { metadata }) => `left of ${metadata.user}`,
      expose: () => {
        throw new Camera.errors.busy();
      },
      watch: async function* () {
        yield { name: "frame", body: 1 };
        return "seen";
      },
    }), { token: () => "t" });
  await using _ = test;
  const log: ClientInterceptorOf<typeof Camera> = (call, next) => {
    seen.push(call.service);
    return next();
  };
  const camera = Camera.client(link, { intercept: [log] });
  assertEquals(await camera.name({ metadata: { user: "x" } }), "left of x");
  await assertRejects(() => camera.expose(), Camera.errors.busy);
  const temperatures: number[] = [];
  camera.temperature.on((now) => void temperatures.push(now));
  for (let round = 0; round < 2; round++) {
    using watching = await camera.watch();
    const frames = await Array.fromAsync(watching.updates());
    assertEquals(frames, [{ name: "frame", body: 1 }]);
    assertEquals(await watching.response(), "seen");
    await Camera.streams.temperature.send(server.newest.peer, round);
    await settle();
    server.kill();
    await settle();
    server.start();
    test.clock.turn(5000);
  }
  assertEquals(temperatures, [0, 1]);
  assertEquals(seen, ["name", "expose", "watch", "watch"]);
});

for (const idempotent of [true, false]) {
  Deno.test(`what the interface says counts: idempotent ${idempotent}`, async () => {
    const begun = Promise.withResolvers<void>();
    const hang = async (): Promise<string> => {
      if (server.connections.length > 1) return "again";
      begun.resolve();
      return await new Promise(() => {});
    };
    const { test, link, server } = oneServer((peer) =>
      Camera.serve(peer, { name: hang, expose: hang, watch: hang })
    );
    await using _ = test;
    const camera = Camera.client(link);
    const call = idempotent ? camera.name() : camera.expose();
    await begun.promise;
    server.kill();
    const result = call.catch((error) => error);
    await settle();
    server.start();
    test.clock.turn(100);
    if (idempotent) assertEquals(await result, "again");
    else {
      assertEquals((await result).outcome, "unknown");
      assertEquals((await result).service, "Camera.expose");
    }
  });
}

for (const end of ["kill", "close"] as const) {
  Deno.test(`follow goes on after a lost connection, and gives the response (${end})`, async () => {
    const { test, link, server } = oneServer((peer) =>
      Camera.serve(peer, {
        name: () => "",
        expose: () => "",
        watch: async function* () {
          yield { name: "frame", body: server.connections.length };
          if (server.connections.length === 1) await new Promise(() => {});
          return "enough";
        },
      })
    );
    await using _ = test;
    const camera = Camera.client(link);
    const following = follow(() => camera.watch());
    assertEquals((await following.next()).value, {
      kind: "update",
      update: { name: "frame", body: 1 },
    });
    server[end]();
    const { value } = await following.next();
    assertEquals(typeof value === "object" && value.kind, "restart");
    await settle();
    server.start();
    test.clock.turn(100);
    assertEquals((await following.next()).value, {
      kind: "update",
      update: { name: "frame", body: 2 },
    });
    assertEquals(await following.next(), { done: true, value: "enough" });
  });
}

Deno.test("follow gives a slow loop the newest update where it is told to", async () => {
  const stopped = Promise.withResolvers<string>();
  const { test, link } = oneServer((peer) =>
    Camera.serve(peer, {
      name: () => {
        stopped.resolve("stopped");
        return "";
      },
      expose: () => "",
      watch: async function* () {
        for (let frame = 1; frame <= 9; frame++) {
          yield { name: "frame", body: frame };
        }
        return await stopped.promise;
      },
    })
  );
  await using _ = test;
  const camera = Camera.client(link);
  const following = follow(() => camera.watch(), { keep: "latest" });
  const first = await following.next();
  await settle();
  await camera.name();
  const rest = await Array.fromAsync(following);
  const seen = [first.value, ...rest].map((event) =>
    typeof event === "object" && event.kind === "update" && event.update.body
  );
  assertEquals(seen.at(-1), 9);
  assert(seen.length < 9, `${seen}`);
});

Deno.test("follow waits before it asks a server again that gives it nothing", async () => {
  let starts = 0;
  const { test, link } = oneServer(async (peer) => {
    for await (const message of peer) {
      if (message.kind !== "request") continue;
      starts++;
      await message.request.sendErrorResponse("canceled: not now");
    }
  });
  await using _ = test;
  const camera = Camera.client(link);
  const stop = new AbortController();
  const { signal } = stop;
  const following = follow(() => camera.watch(), { signal });
  const { value } = await following.next();
  assertEquals(typeof value === "object" && value.kind, "restart");
  const next = following.next();
  await settle();
  assertEquals([await isPending(next), starts], [true, 1]);
  stop.abort(new Error("enough"));
  await assertRejects(() => next, Error, "enough");
});

Deno.test("follow throws other errors", async () => {
  const { test, link } = oneServer((peer) =>
    Camera.serve(peer, {
      name: () => "",
      expose: () => "",
      watch: () => {
        throw new Camera.errors.busy();
      },
    })
  );
  await using _ = test;
  const camera = Camera.client(link);
  await assertRejects(
    () => Array.fromAsync(follow(() => camera.watch())),
    Camera.errors.busy,
  );
});

Deno.test("also one of a server that isn't known to be of this library", async () => {
  const Lamp = defineInterface({
    name: "Lamp",
    services: {
      watch: {
        id: 3,
        endless: true,
        responseUpdates: { level: { id: 1, body: body<number>() } },
      },
    },
  });
  const { test, link, server } = oneServer(async (peer) => {
    for await (const message of peer) {
      if (message.kind !== "request") continue;
      await message.request.sendErrorResponse("unavailable: switched off");
    }
  }, { extensions: false, peer: { extensions: false } });
  await using _ = test;
  const lamp = Lamp.client(link);
  const error = await rejectsWith(
    "remote-error",
    () => follow(() => lamp.watch()).next(),
  );
  assertEquals([error.reason, server.attempts], ["unavailable", 1]);
});

Deno.test("a signal ends follow, also while the link is down", async () => {
  const { test, link } = oneServer({}, { up: false });
  await using _ = test;
  const camera = Camera.client(link);
  const stop = new AbortController();
  const { signal } = stop;
  const next = follow(() => camera.watch(), { signal }).next();
  await settle();
  stop.abort(new Error("enough"));
  await assertRejects(() => next, Error, "enough");
});

Deno.test("a signal ends follow also while its request waits to be sent again", async () => {
  const { test, link } = oneServer(
    (peer) => peer.split()[0][Symbol.dispose](),
  );
  await using _ = test;
  const camera = Camera.client(link);
  const stop = new AbortController();
  const { signal } = stop;
  const next = follow(() => camera.watch(), { signal }).next();
  await settle();
  assertEquals([await isPending(next), link.stats().retries], [true, 1]);
  stop.abort(new Error("enough"));
  assertEquals(await isPending(next), false);
  await assertRejects(() => next, Error, "enough");
});

Deno.test("two interfaces with one stream can't share a link", async () => {
  const Other = defineInterface({
    name: "Other",
    streams: { pressure: { id: 1, from: "server", body: body<number>() } },
  });
  const { test, link } = oneServer({}, { up: false });
  await using _ = test;
  Camera.client(link);
  Camera.client(link);
  assertThrows(() => Other.client(link), TypeError, "are both stream 1");
});

Deno.test("an error of a link that has given up has the name of the service", async () => {
  const { test, link } = oneServer({}, { up: false, maxAttempts: 1 });
  await using _ = test;
  const camera = Camera.client(link);
  const error = await assertRejects(() => camera.name(), RpcError);
  assertEquals([error.service, error.outcome], ["Camera.name", "not-sent"]);
});
