/** Interceptors around the calls of a client that has no updates. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { RpcError } from "../../../mod.ts";
import {
  bytes,
  defineInterface,
  type Interceptor,
  serve,
} from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { fired, isPending, rejectsWith } from "../../support/expect.ts";
import { CountingSignal } from "../../support/counting_signal.ts";
import { Camera, handlers } from "../support/camera.ts";
import { retry, thirdTime } from "../support/retry.ts";
import { z } from "../support/schemas.ts";

const Parse = defineInterface({
  name: "Parse",
  services: {
    parse: {
      id: 1,
      request: z.string().transform(Number),
      response: z.string().transform(Number),
    },
    bytes: { id: 2, request: bytes, response: bytes },
    nothing: { id: 3 },
  },
});

const parseHandlers = {
  parse: (number: number) => `${number}`,
  bytes: (body: Uint8Array) => body,
  nothing: () => {},
};

conformance(
  "the first interceptor is the outermost, and sees what the call gives",
  async (scene) => {
    const [client, server] = await scene.pair();
    Camera.serve(server, handlers);
    const steps: string[] = [];
    const step = (name: string): Interceptor => async (call, next) => {
      steps.push(`${name} ${call.interface}.${call.service} ${call.body}`);
      assertStrictEquals(call.peer, client);
      assertEquals(call.metadata, {});
      const response = await next();
      steps.push(`${name} ${response}`);
      return `${response}${name}`;
    };
    const camera = Camera.client(client, { intercept: [step("a"), step("b")] });
    assertEquals(await camera.name(), "cameraba");
    assertEquals(steps, [
      "a Camera.name undefined",
      "b Camera.name undefined",
      "b camera",
      "a camerab",
    ]);
    // Stream messages, and other clients of the peer, pass by them.
    await camera.temperature(3);
    assertEquals(await Camera.client(client).name(), "camera");
    assertEquals(steps.length, 4);
  },
);

conformance("an interceptor changes the body", async (scene) => {
  const [client, server] = await scene.pair();
  Parse.serve(server, parseHandlers);
  const parse = Parse.client(client, {
    intercept: [
      async (call, next) =>
        call.service === "parse"
          ? await next({ body: `${call.body}0` })
          : await next(),
      async (call, next) => {
        if (call.service === "parse") assertEquals(call.body, "10");
        return await next();
      },
    ],
  });
  assertEquals(await parse.parse("1"), 10);
  assertEquals(await parse.bytes("x"), new Uint8Array([120]));
  assertEquals(await parse.nothing(), undefined);
});

conformance("a body that can't be sent fails next", async (scene) => {
  const [client, server] = await scene.pair();
  Camera.serve(server, handlers);
  const camera = Camera.client(client, {
    intercept: [(_call, next) => next({ body: 5n as never })],
  });
  await rejectsWith("encode-failed", () => camera.name());
  await rejectsWith("encode-failed", () => camera.record({ frames: 1 }));
  assertEquals(await Camera.client(client).name(), "camera");
});

conformance(
  "a value of an interceptor's own is checked like a response",
  async (scene) => {
    const [client] = await scene.pair();
    let value: unknown;
    const parse = Parse.client(client, {
      intercept: [() => Promise.resolve(value)],
    });
    value = "12";
    assertEquals(await parse.parse("1"), 12);
    value = 12;
    const error = await rejectsWith("decode-failed", () => parse.parse("1"));
    assert(
      error.message.startsWith(
        "What an interceptor gave as the body of the response to parse of Parse is invalid",
      ),
      error.message,
    );
    assertEquals(error.side, "local");
    value = "text";
    assertEquals(await parse.bytes(""), new Uint8Array([116, 101, 120, 116]));
    value = {};
    await rejectsWith("decode-failed", () => parse.bytes(""));
    value = null;
    assertEquals(await parse.nothing(), undefined);
    value = 0;
    await rejectsWith("decode-failed", () => parse.nothing());
    // Nothing of it has gone over the wire.
    assertEquals(client.stats().messagesSent, 0);
  },
);

conformance(
  "what an interceptor throws is thrown by the call",
  async (scene) => {
    const [client, server] = await scene.pair({ right: { onError: () => {} } });
    Camera.serve(server, {
      ...handlers,
      reset: () => {
        throw new Error("busy");
      },
    });
    const refused = new Error("refused");
    const camera = Camera.client(client, {
      intercept: [
        async (call, next) => {
          if (call.service === "name") throw refused;
          return await next();
        },
        async (call, next) => {
          try {
            return await next();
          } catch (error) {
            assert(error instanceof RpcError);
            assertEquals([error.code, error.service], [
              "remote-error",
              "Camera.reset",
            ]);
            throw new Error(`Wrapped: ${call.service}`, { cause: error });
          }
        },
      ],
    });
    assertStrictEquals(await assertRejects(() => camera.name()), refused);
    await assertRejects(() => camera.reset(), Error, "Wrapped: reset");
  },
);

conformance("a call can be tried again", async (scene) => {
  const [client, server] = await scene.pair({ right: { onError: () => {} } });
  Camera.serve(server, { ...handlers, name: thirdTime() });
  const camera = Camera.client(client, { intercept: [retry] });
  assertEquals(await camera.name(), "try 3");
});

conformance(
  "a signal ends the call at once, whatever an interceptor waits for",
  async (scene) => {
    const [client, server] = await scene.pair();
    Camera.serve(server, handlers);
    const reason = new Error("enough");
    const entered = Promise.withResolvers<AbortSignal>();
    const go = Promise.withResolvers<void>();
    const over = Promise.withResolvers<unknown>();
    const camera = Camera.client(client, {
      intercept: [async (call, next) => {
        entered.resolve(call.signal);
        await go.promise;
        return await next().catch((error) => {
          over.resolve(error);
          throw error;
        });
      }],
    });
    const signal = new CountingSignal();
    const calling = camera.name({ signal: signal.signal });
    assertStrictEquals(await entered.promise, signal.signal);
    signal.abort(reason);
    assertStrictEquals(await assertRejects(() => calling), reason);
    go.resolve();
    assertStrictEquals(await over.promise, reason);
    // Nothing listens any more, and one that has fired begins nothing.
    assertEquals(signal.listeners, 0);
    assertStrictEquals(
      await assertRejects(() =>
        camera.name({ signal: AbortSignal.abort(reason) })
      ),
      reason,
    );
    assertEquals(client.stats().messagesSent, 0);
  },
);

conformance(
  "an interceptor cancels what is behind it by a signal of its own",
  async (scene) => {
    const [client, server] = await scene.pair();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<string>();
    Camera.serve(server, {
      ...handlers,
      name: () => {
        asked.resolve();
        return answer.promise;
      },
    });
    const own = new AbortController();
    const reasons: unknown[] = [];
    const camera = Camera.client(client, {
      intercept: [
        async (call, next) => {
          assertEquals(call.signal.aborted, false);
          try {
            return await next({ signal: own.signal });
          } catch (error) {
            return `instead: ${(error as Error).message}`;
          }
        },
        (call, next) => {
          call.signal.onabort = () => reasons.push(call.signal.reason);
          return next();
        },
      ],
    });
    const calling = camera.name();
    await asked.promise;
    assert(await isPending(calling));
    own.abort(new Error("too slow"));
    assertEquals(await calling, "instead: too slow");
    assertEquals(reasons, [own.signal.reason]);
    answer.resolve("late");
  },
);

conformance(
  "a signal of an interceptor leaves the call's own in force, on both sides",
  async (scene) => {
    const [client, server] = await scene.pair();
    const Timer = defineInterface({
      name: "Timer",
      extensions: true,
      services: { wait: { id: 1 } },
    });
    const never = new AbortController().signal;
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<unknown>();
    Timer.serve(server, {
      wait: async (_nothing, { signal }) => {
        begun.resolve();
        ended.resolve(await fired(signal));
      },
    }, { intercept: [(_call, next) => next({ signal: never })] });
    const timer = Timer.client(client, {
      intercept: [(_call, next) => next({ signal: never })],
    });
    const stop = new AbortController();
    const waiting = timer.wait({ signal: stop.signal });
    await begun.promise;
    stop.abort("enough");
    assertEquals(await waiting.catch((reason) => reason), "enough");
    const reason = await ended.promise;
    assert(reason instanceof RpcError);
    assertEquals(reason.reason, "canceled");
  },
);

conformance(
  "clients and servers take the same interceptor",
  async (scene) => {
    const [client, server] = await scene.pair();
    const seen: string[] = [];
    const log: Interceptor = async (call, next) => {
      seen.push(call.service);
      return await next();
    };
    serve(server, Camera.implement(handlers, { intercept: [log] }), {
      intercept: [log],
    });
    const camera = Camera.client(client, { intercept: [log] });
    assertEquals(await camera.name(), "camera");
    assertEquals(seen, ["name", "name", "name"]);
  },
);

conformance(
  "anything but a list of functions is refused at once",
  async (scene) => {
    const [client] = await scene.pair();
    for (const intercept of [{}, [{}], () => {}, "log"]) {
      const wrong = { intercept: intercept as never };
      const text = "intercept must be a list of functions";
      assertThrows(() => Camera.client(client, wrong), TypeError, text);
      assertThrows(() => Camera.implement(handlers, wrong), TypeError, text);
      assertThrows(
        () => serve(client, Camera.implement(handlers), wrong),
        TypeError,
        text,
      );
      await assertRejects(
        () => Camera.serve(client, handlers, wrong),
        TypeError,
        text,
      );
    }
  },
);
