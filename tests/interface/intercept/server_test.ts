/** Interceptors around handlers. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { type Interceptor, serve } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { fired, rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";
import { Robot } from "../support/robot.ts";
import { Zod } from "../support/schemas.ts";

const text = new TextDecoder();

conformance(
  "the first interceptor is the outermost, and serve's are around implement's",
  async (scene) => {
    const [client, server] = await scene.pair();
    const steps: string[] = [];
    const step = (name: string): Interceptor => async (call, next) => {
      steps.push(`${name} ${call.interface}.${call.service}`);
      const response = await next();
      steps.push(`${name} ${response}`);
      return `${response}${name}`;
    };
    serve(
      server,
      Camera.implement({
        ...handlers,
        name: () => {
          steps.push("handler");
          return "x";
        },
      }, { intercept: [step("c"), step("d")] }),
      Robot.implement({
        move: (angle) => angle,
        name: () => "robot",
        jog: () => {},
      }),
      { intercept: [step("a"), step("b")] },
    );
    assertEquals(await Camera.client(client).name(), "xdcba");
    assertEquals(steps, [
      "a Camera.name",
      "b Camera.name",
      "c Camera.name",
      "d Camera.name",
      "handler",
      "d x",
      "c xd",
      "b xdc",
      "a xdcb",
    ]);
    steps.length = 0;
    assertEquals(await Robot.client(client).name(), "robotba");
    assertEquals(steps.length, 4);
  },
);

conformance(
  "an interceptor changes the body, the signal and the response",
  async (scene) => {
    const [client, server] = await scene.pair();
    const signal = AbortSignal.abort(new Error("mine"));
    Robot.serve(server, {
      move: (angle, request) => {
        assertStrictEquals(request.signal.reason, signal.reason);
        return angle;
      },
      name: (_nothing, request) => `${request.signal.aborted}`,
      jog: () => {},
    }, {
      intercept: [
        async (call, next) => {
          if (call.service !== "move") return await next();
          assertEquals(call.body, 3);
          assertEquals(call.signal.aborted, false);
          const response = await next({ body: call.body + 1, signal });
          return Number(response) * 10;
        },
        async (call, next) => {
          if (call.service === "move") {
            assertEquals(call.body, 4);
            assertStrictEquals(call.signal.reason, signal.reason);
          }
          return await next();
        },
      ],
    });
    const robot = Robot.client(client);
    const move = await robot.move(3);
    assertEquals(await move.response(), 40);
    assertEquals(await robot.name(), "false");
  },
);

conformance(
  "next resolves when the updates have ended, and all of them are seen",
  async (scene) => {
    const [client, server] = await scene.pair();
    const seen: string[] = [];
    const sees = (name: string): Interceptor => async (call, next) => {
      call.mapUpdate((update) => {
        seen.push(`${name} ${update.name}`);
        return update;
      });
      const response = await next();
      seen.push(`${name} ended`);
      return response;
    };
    Camera.serve(server, {
      ...handlers,
      record: async function* ({ frames }, { send }) {
        await send.state({ frame: 1, frames });
        await send.image("sent");
        yield { name: "image", body: "yielded" };
        return "done";
      },
    }, {
      intercept: [
        sees("outer"),
        async (call, next) => {
          if (call.service === "record") {
            call.mapUpdate((update) =>
              update.name === "state"
                ? { name: "state", body: { ...update.body, frame: 7 } }
                : { name: "image", body: `${update.body}!` }
            );
          }
          return await next();
        },
        sees("inner"),
      ],
    });
    const recording = await Camera.client(client).record({ frames: 9 });
    const updates = await Array.fromAsync(recording.updates());
    assertEquals(
      updates.map((update) =>
        update.name === "state" ? update.body : text.decode(update.body)
      ),
      [{ frame: 7, frames: 9 }, "sent!", "yielded!"],
    );
    assertEquals(text.decode(await recording.response()), "done");
    assertEquals(seen, [
      "inner state",
      "outer state",
      "inner image",
      "outer image",
      "inner image",
      "outer image",
      "inner ended",
      "outer ended",
    ]);
  },
);

conformance(
  "what an interceptor throws is treated as if the handler had thrown it",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const thrown = [new Error("at once"), new Error("behind"), new Error("up")];
    let called = 0;
    Camera.serve(server, {
      ...handlers,
      name: () => {
        called++;
        return "";
      },
    }, {
      intercept: [
        async (call, next) => {
          if (call.service === "record") {
            call.mapUpdate(() => {
              throw thrown[2];
            });
          }
          const response = await next();
          if (call.service === "name") throw thrown[1];
          return response;
        },
        (call, next) => {
          // It throws at once, without a promise.
          if (call.service === "reset") throw thrown[0];
          return next();
        },
      ],
    });
    const camera = Camera.client(client);
    const reset = await rejectsWith("remote-error", () => camera.reset());
    const name = await rejectsWith("remote-error", () => camera.name());
    const recording = await camera.record({ frames: 1 });
    const record = await rejectsWith(
      "remote-error",
      () => recording.response(),
    );
    assertEquals(called, 1);
    for (const [index, error] of [reset, name, record].entries()) {
      assert(error.message.endsWith(thrown[index]!.message), error.message);
    }
    assertEquals(errors, thrown);
  },
);

conformance(
  "what a handler throws comes to its interceptors, which may answer",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    Camera.serve(server, {
      ...handlers,
      name: () => {
        throw new Error("no name");
      },
      record: async function* () {
        yield { name: "image", body: "" };
        throw new Error("no film");
      },
    }, {
      intercept: [async (_call, next) => {
        try {
          return await next();
        } catch (error) {
          assert(error instanceof Error);
          return `${error.message}: instead`;
        }
      }],
    });
    const camera = Camera.client(client);
    assertEquals(await camera.name(), "no name: instead");
    const recording = await camera.record({ frames: 1 });
    assertEquals(
      text.decode(await recording.response()),
      "no film: instead",
    );
    assertEquals(errors, []);
  },
);

conformance(
  "invalid requests and stream messages don't come to interceptors",
  async (scene) => {
    const [client, server] = await scene.pair({ right: { onError: () => {} } });
    let seen = 0;
    const told = Promise.withResolvers<number>();
    Camera.serve(
      server,
      { ...handlers, temperature: (degrees) => told.resolve(degrees) },
      {
        intercept: [(_call, next) => {
          seen++;
          return next();
        }],
      },
    );
    await rejectsWith("remote-error", () => client.call(2, "no JSON"));
    await rejectsWith("remote-error", () => client.call(99, ""));
    await Camera.client(client).temperature(3);
    assertEquals(await told.promise, 3);
    assertEquals(seen, 0);
  },
);

conformance(
  "an interceptor knows the peer, and has a signal that fires at the end",
  async (scene) => {
    const [client, server] = await scene.pair();
    let peer: unknown;
    const waiting = Promise.withResolvers<AbortSignal>();
    Camera.serve(server, {
      ...handlers,
      name: (_nothing, request) => {
        assertStrictEquals(request.peer, peer);
        return "";
      },
    }, {
      intercept: [async (call, next) => {
        peer = call.peer;
        assertStrictEquals(call.peer.info, server.info);
        assertEquals(call.metadata, {});
        assert(Object.isFrozen(call.metadata));
        if (call.service === "reset") {
          waiting.resolve(call.signal);
          await fired(call.signal);
        }
        return await next();
      }],
    });
    const camera = Camera.client(client);
    await camera.name();
    const reset = rejectsWith("connection-closed", () => camera.reset());
    assertEquals((await waiting.promise).aborted, false);
    await client.close();
    await reset;
    await server.closed;
    assert((await waiting.promise).aborted);
  },
);

conformance("schemas of updates see what interceptors make", async (scene) => {
  const [client, server] = await scene.pair();
  Zod.serve(server, {
    scale: async function* () {
      yield { name: "progress", body: [1, "a"] };
      return { area: 1 };
    },
    note: () => {},
  }, {
    intercept: [async (call, next) => {
      call.mapUpdate(({ body: [number, letter] }) => ({
        name: "progress",
        body: [number + 1, letter],
      }));
      return await next();
    }],
  });
  const scaling = await Zod.client(client).scale({ width: 1 });
  assertEquals(await Array.fromAsync(scaling.updates()), [
    { name: "progress", body: [2, "a"] },
  ]);
  assertEquals(await scaling.response(), { area: 1 });
});
