/** Interceptors and what travels with a call: metadata, cancels, and its time. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { fired, isPending, rejectsWith } from "../../support/expect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import { type HeldTimer, HeldTimers } from "../../support/held_timers.ts";
import { Camera, handlers } from "../support/camera.ts";

const ON = { extensions: true };

conformance("interceptors see and change metadata", async (scene) => {
  const [client, server] = await scene.pair(ON);
  const seen: unknown[] = [];
  Camera.serve(server, {
    ...handlers,
    name: (_nothing, { metadata }) => {
      seen.push(metadata);
      assert(Object.isFrozen(metadata));
      return "";
    },
  }, {
    intercept: [
      (call, next) => {
        seen.push(call.metadata);
        return next({ metadata: { ...call.metadata, by: "server" } });
      },
      (call, next) => {
        seen.push(call.metadata);
        return next();
      },
    ],
  });
  const camera = Camera.client(client, {
    intercept: [(call, next) => {
      seen.push(call.metadata);
      assert(Object.isFrozen(call.metadata));
      return next({ metadata: { user: "x" } });
    }],
  });
  assertEquals(await camera.name(), "");
  const both = { user: "x", by: "server" };
  assertEquals(seen, [{}, { user: "x" }, both, both]);
});

conformance("a handler without interceptors gets metadata", async (scene) => {
  const [client, server] = await scene.pair(ON);
  const seen: unknown[] = [];
  Camera.serve(server, {
    ...handlers,
    name: (_nothing, { metadata }) => {
      seen.push(metadata);
      return "";
    },
  });
  await Camera.client(client).name();
  await client.call(1, "null", { metadata: { user: "x" } });
  assertEquals(seen, [{}, { user: "x" }]);
});

conformance(
  "a cancelled call cancels its handler, and what stands around it",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      ...ON,
      right: { onError: (error) => errors.push(error) },
    });
    const signals: AbortSignal[] = [];
    const entered = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    Camera.serve(server, {
      ...handlers,
      name: async (_nothing, { signal }) => {
        signals.push(signal);
        entered.resolve();
        await fired(signal);
        throw signal.reason;
      },
    }, {
      intercept: [async (call, next) => {
        signals.push(call.signal);
        try {
          return await next();
        } finally {
          left.resolve();
        }
      }],
    });
    const passed: AbortSignal[] = [];
    const camera = Camera.client(client, {
      intercept: [(call, next) => {
        passed.push(call.signal);
        return next();
      }],
    });
    const stop = new AbortController();
    const reason = new Error("enough");
    const calling = camera.name({ signal: stop.signal });
    await entered.promise;
    stop.abort(reason);
    assertStrictEquals(
      await calling.catch((error: unknown) => error),
      reason,
    );
    assertStrictEquals(passed[0], stop.signal);
    await left.promise;
    assertStrictEquals(signals[0], signals[1]);
    assert(signals[0]!.aborted);
    assertEquals(await Camera.client(client).reset(), undefined);
    assertEquals(errors, []);
  },
);

conformance(
  "a timeout holds for all tries together, and while an interceptor waits",
  async (scene) => {
    const [client, server] = await scene.pair({ right: { onError: () => {} } });
    const timeout = { timeout: 60_000 } as { signal?: AbortSignal };
    const never = new Promise<never>(() => {});
    Camera.serve(server, {
      ...handlers,
      name: () => {
        throw new Error("busy");
      },
    });
    using timers = new HeldTimers();
    const waiting = Promise.withResolvers<AbortSignal>();
    const camera = Camera.client(client, {
      intercept: [async (call, next) => {
        if (call.service === "name") await next().catch(() => {});
        waiting.resolve(call.signal);
        return await never;
      }],
    });
    const calling = camera.name(timeout);
    const signal = await waiting.promise;
    const starting = camera.record({ frames: 1 }, timeout);
    assert(await isPending(calling));
    // Those of both calls, and that of the try, which is over.
    const long: HeldTimer[] = [];
    while (long.length < 3) {
      const timer = await timers.next();
      if (timer.ms > 50_000) long.push(timer);
    }
    const code = "deadline-exceeded";
    const ends = [calling, starting].map((call) =>
      rejectsWith(code, () => call)
    );
    for (const timer of long) timer.fire();
    const [error, unsent] = await Promise.all(ends);
    assert(error !== undefined);
    assertEquals(
      [error.side, error.service, error.limit],
      ["local", "Camera.name", 60_000],
    );
    assertStrictEquals(signal.reason, error);
    assertEquals(unsent?.service, "Camera.record");
  },
);

conformance(
  "callTimeout holds for all tries together too, and for no request with updates",
  async (scene) => {
    const clock = new HandClock();
    const [client, server] = await scene.pair({
      clock,
      callTimeout: 60_000,
      right: { onError: () => {} },
    });
    Camera.serve(server, {
      ...handlers,
      name: () => {
        throw new Error("busy");
      },
    });
    using timers = new HeldTimers();
    const never = new Promise<never>(() => {});
    const tried = Promise.withResolvers<void>();
    const camera = Camera.client(client, {
      intercept: [async (call, next) => {
        if (call.service !== "name") return await next();
        await next().catch(() => {});
        tried.resolve();
        return await never;
      }],
    });
    const recording = await camera.record({ frames: 1 });
    await recording.response();
    const calling = camera.name();
    await tried.promise;
    let timer = await timers.next();
    while (timer.ms < 50_000) timer = await timers.next();
    const ended = rejectsWith("deadline-exceeded", () => calling);
    timer.fire();
    const { limit, service } = await ended;
    assertEquals([limit, service], [60_000, "Camera.name"]);
    // Infinity turns it off.
    const free = camera.name({ timeout: Infinity } as { signal?: AbortSignal });
    assert(await isPending(free));
  },
);

conformance(
  "interceptors see the updates that are kept, and no others",
  async (scene) => {
    const [client, server] = await scene.pair();
    Camera.serve(server, {
      ...handlers,
      record: async (_recording, { send }) => {
        for (const frame of [1, 2, 3]) await send.state({ frame, frames: 3 });
        return "done";
      },
    });
    const ended = Promise.withResolvers<void>();
    let seen = 0;
    const camera = Camera.client(client, {
      intercept: [async (call, next) => {
        if (call.service === "record") {
          call.mapUpdate((update) => {
            seen++;
            return update;
          });
        }
        const response = await next();
        ended.resolve();
        return response;
      }],
    });
    const request = await camera.record({ frames: 3 });
    let dropped = 0;
    const updates = request.updates({
      keep: "latest",
      onDrop: (count) => dropped = count,
    });
    await ended.promise;
    assertEquals(await Array.fromAsync(updates), [
      { name: "state", body: { frame: 3, frames: 3 } },
    ]);
    assertEquals([seen, dropped], [1, 2]);
    assertEquals(
      new TextDecoder().decode(await request.response()),
      "done",
    );
  },
);
