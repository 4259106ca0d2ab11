/** What the signal and the time of a call end, while an interceptor waits. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { CountingSignal } from "../../support/counting_signal.ts";
import { fired, isPending, rejectsWith } from "../../support/expect.ts";
import { type HeldTimer, HeldTimers } from "../../support/held_timers.ts";
import type { CallOptions } from "../../../interface/mod.ts";
import { Camera, handlers } from "../support/camera.ts";

const TIMEOUT: CallOptions = { timeout: 60_000 };

/** The next timers that are those of calls. */
async function callTimers(
  timers: HeldTimers,
  count: number,
): Promise<HeldTimer[]> {
  const found: HeldTimer[] = [];
  while (found.length < count) {
    const timer = await timers.next();
    if (timer.ms > 50_000) found.push(timer);
  }
  return found;
}

function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

conformance(
  "a call whose time is up before next is not sent afterwards",
  async (scene) => {
    const [client, server] = await scene.pair();
    Camera.serve(server, handlers);
    const go = Promise.withResolvers<void>();
    const late: Promise<unknown>[] = [];
    const camera = Camera.client(client, {
      intercept: [async (_call, next) => {
        await go.promise;
        const passed = next();
        late.push(settled(passed));
        return await passed;
      }],
    });
    using timers = new HeldTimers();
    const calls = [
      camera.name(TIMEOUT),
      camera.record({ frames: 1 }, TIMEOUT),
    ].map((call) => rejectsWith("deadline-exceeded", () => call));
    for (const timer of await callTimers(timers, 2)) timer.fire();
    const errors = await Promise.all(calls);
    assertEquals(errors.map(({ outcome }) => outcome), [
      "not-sent",
      "not-sent",
    ]);
    go.resolve();
    await go.promise;
    // The interceptors are told the same, and nothing has gone over the wire.
    const told = await Promise.all(late);
    assertStrictEquals(told[0], errors[0]);
    assertStrictEquals(told[1], errors[1]);
    assertEquals(client.stats().messagesSent, 0);
  },
);

conformance(
  "a request that an outer interceptor has answered is not sent afterwards",
  async (scene) => {
    const [client, server] = await scene.pair();
    Camera.serve(server, handlers);
    const go = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    const camera = Camera.client(client, {
      intercept: [
        (_call, next) => Promise.race([next(), Promise.resolve("cached")]),
        async (_call, next) => {
          await go.promise;
          const passed = next();
          late.resolve(settled(passed));
          return await passed;
        },
      ],
    });
    using request = await camera.record({ frames: 1 });
    assertEquals(request.requestId, -1);
    go.resolve();
    await rejectsWith("request-closed", async () => {
      throw await late.promise;
    });
    assertEquals(client.stats().messagesSent, 0);
  },
);

conformance(
  "the time of a request ends its response, though an interceptor waits after next",
  async (scene) => {
    const [client, server] = await scene.pair();
    Camera.serve(server, handlers);
    const waiting = Promise.withResolvers<AbortSignal>();
    const camera = Camera.client(client, {
      intercept: [async (call, next) => {
        await next();
        waiting.resolve(call.signal);
        return await new Promise<never>(() => {});
      }],
    });
    using timers = new HeldTimers();
    const request = await camera.record({ frames: 1 }, TIMEOUT);
    const signal = await waiting.promise;
    const [timer] = await callTimers(timers, 1);
    const updates = await Array.fromAsync(request.updates());
    assertEquals(updates.map(({ name }) => name), ["state", "image"]);
    const response = request.response();
    assert(await isPending(response));
    timer!.fire();
    assert(!await isPending(response));
    const error = await rejectsWith("deadline-exceeded", () => response);
    assertEquals([error.outcome, error.service, error.limit], [
      "unknown",
      "Camera.record",
      60_000,
    ]);
    assertStrictEquals(signal.reason, error);
    // Whoever asks again is told the same.
    assertStrictEquals(await settled(request.response()), error);
  },
);

conformance(
  "the signal of a request ends its response, though an interceptor waits after next",
  async (scene) => {
    const [client, server] = await scene.pair();
    Camera.serve(server, handlers);
    const waiting = Promise.withResolvers<void>();
    const camera = Camera.client(client, {
      intercept: [async (_call, next) => {
        await next();
        waiting.resolve();
        return await new Promise<never>(() => {});
      }],
    });
    const stop = new CountingSignal();
    const { signal } = stop;
    const request = await camera.record({ frames: 1 }, { signal });
    await waiting.promise;
    const response = request.response();
    assert(await isPending(response));
    const reason = new Error("enough");
    stop.abort(reason);
    assert(!await isPending(response));
    assertStrictEquals(await settled(response), reason);
    assertEquals(stop.listeners, 0);
  },
);

conformance(
  "updates end with the deadline of their request, though interceptors wait",
  async (scene) => {
    const [client, server] = await scene.pair();
    const done = Promise.withResolvers<string>();
    Camera.serve(server, { ...handlers, record: () => done.promise });
    const camera = Camera.client(client, {
      intercept: [(_call, next) => next()],
    });
    using timers = new HeldTimers();
    const request = await camera.record({ frames: 1 }, TIMEOUT);
    const [own, peers] = await callTimers(timers, 2);
    const update = request.updates().next();
    own!.fire();
    const response = request.response();
    const isEnded = [!await isPending(response), !await isPending(update)];
    peers!.fire();
    await rejectsWith("deadline-exceeded", () => response);
    await rejectsWith("deadline-exceeded", () => update);
    assertEquals(isEnded, [true, false]);
    done.resolve("late");
  },
);

conformance(
  "no handler begins for a request that was cancelled while an interceptor waited",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      extensions: true,
      right: { onError: (error) => errors.push(error) },
    });
    let runs = 0;
    const entered = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown[]>();
    Camera.serve(server, {
      ...handlers,
      name: () => {
        runs++;
        return "late";
      },
    }, {
      intercept: [async (call, next) => {
        if (call.service !== "name") return await next();
        entered.resolve();
        const reason = await fired(call.signal);
        const passed = next();
        late.resolve([reason, await settled(passed)]);
        return await passed;
      }],
    });
    const camera = Camera.client(client);
    const stop = new AbortController();
    const calling = settled(camera.name({ signal: stop.signal }));
    await entered.promise;
    stop.abort("enough");
    assertEquals(await calling, "enough");
    const [reason, thrown] = await late.promise;
    assertStrictEquals(thrown, reason);
    await camera.reset();
    assertEquals([runs, errors], [0, []]);
  },
);
