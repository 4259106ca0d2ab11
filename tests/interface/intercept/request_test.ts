/** Interceptors around a client's requests that have updates. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { RpcError } from "../../../mod.ts";
import type { Interceptor } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { isPending, rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";

const text = new TextDecoder();

/** Handlers whose recording sends two states, and the response when it is told to. */
function recorder(): [typeof handlers, (text: string) => void] {
  const done = Promise.withResolvers<string>();
  return [{
    ...handlers,
    record: async function* ({ frames }) {
      yield { name: "state", body: { frame: 1, frames } };
      yield { name: "state", body: { frame: 2, frames } };
      return await done.promise;
    },
  }, done.resolve];
}

conformance(
  "a request comes to its caller when it is sent, and its response through the interceptors",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [recording, finish] = recorder();
    Camera.serve(server, recording);
    const steps: string[] = [];
    const camera = Camera.client(client, {
      intercept: [
        async (call, next) => {
          const response = await next();
          steps.push(`ended ${text.decode(response as Uint8Array)}`);
          return call.service === "record" ? "changed" : response;
        },
        async (call, next) => {
          if (call.service !== "record") return await next();
          call.mapUpdate((update) => {
            if (update.name !== "state") return update;
            steps.push(`frame ${update.body.frame}`);
            return { name: "state", body: { ...update.body, frame: 7 } };
          });
          return await next({ body: { frames: call.body.frames + 1 } });
        },
      ],
    });
    const request = await camera.record({ frames: 1 });
    const updates = request.updates();
    const state = { name: "state" as const, body: { frame: 7, frames: 2 } };
    assertEquals((await updates.next()).value, state);
    assertEquals((await updates.next()).value, state);
    assertEquals(steps, ["frame 1", "frame 2"]);
    const response = request.response();
    assert(await isPending(response));
    finish("done");
    assertEquals(text.decode(await response), "changed");
    assertEquals(steps, ["frame 1", "frame 2", "ended done"]);
    assertEquals((await updates.next()).done, true);
    await rejectsWith("request-closed", () => request.response());
  },
);

conformance(
  "next resolves when the response has come, whoever asks for it",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [recording, finish] = recorder();
    Camera.serve(server, recording);
    const ended = Promise.withResolvers<unknown>();
    const camera = Camera.client(client, {
      intercept: [async (_call, next) => {
        const response = await next();
        ended.resolve(response);
        return response;
      }],
    });
    const request = await camera.record({ frames: 2 });
    finish("done");
    assertEquals(
      text.decode(await ended.promise as Uint8Array),
      "done",
    );
    // The updates are still there, and the response too.
    const updates = await Array.fromAsync(request.updates());
    assertEquals(updates.map(({ name }) => name), ["state", "state"]);
    assertEquals(text.decode(await request.response()), "done");
  },
);

conformance(
  "updates that nobody iterates over are dropped, as without interceptors",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [recording, finish] = recorder();
    Camera.serve(server, recording);
    const pass: Interceptor = (_call, next) => next();
    for (const intercept of [[], [pass]]) {
      const before = client.stats().droppedMessages;
      const camera = Camera.client(client, { intercept });
      const request = await camera.record({ frames: 2 });
      const response = request.response();
      if (intercept.length === 0) {
        assert(await isPending(response));
        finish("done");
      }
      assertEquals(text.decode(await response), "done");
      assertEquals(client.stats().droppedMessages - before, 2);
      assertEquals(await Array.fromAsync(request.updates()), []);
    }
  },
);

conformance(
  "an update goes to the iteration, also while the response is awaited",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [recording, finish] = recorder();
    Camera.serve(server, recording);
    const camera = Camera.client(client, {
      intercept: [(_call, next) => next()],
    });
    const request = await camera.record({ frames: 2 });
    for await (const update of request.updates()) {
      assert(update.name === "state");
      finish("done");
      // Within its loop: there may be an update that the loop has still to take.
      if (update.body.frame === 1) {
        assertEquals(text.decode(await request.response()), "done");
      }
    }
  },
);

conformance("request updates are sent as they are", async (scene) => {
  const [client, server] = await scene.pair();
  Camera.serve(server, {
    ...handlers,
    record: async (_recording, request) => {
      for await (const update of request.updates()) {
        if (update.name === "exposure") return `${update.body}`;
      }
      return "";
    },
  });
  const camera = Camera.client(client, {
    intercept: [(_call, next) => next()],
  });
  const request = await camera.record({ frames: 2 });
  await request.writeHandle().send.exposure(0.5);
  assertEquals(text.decode(await request.response()), "0.5");
  assert(request.requestId >= 0);
});

conformance(
  "errors of the request come to its interceptors, and theirs to its caller",
  async (scene) => {
    const [client, server] = await scene.pair({ right: { onError: () => {} } });
    Camera.serve(server, {
      ...handlers,
      record: () => Promise.reject(new Error("no film")),
    });
    const seen: unknown[] = [];
    const refused = new Error("refused");
    let intercept: Interceptor = async (_call, next) => {
      try {
        return await next();
      } catch (error) {
        seen.push(error);
        throw new Error("wrapped");
      }
    };
    const camera = Camera.client(client, {
      intercept: [(call, next) => intercept(call, next)],
    });
    const request = await camera.record({ frames: 1 });
    assertEquals(await Array.fromAsync(request.updates()), []);
    await assertRejects(() => request.response(), Error, "wrapped");
    assert(seen[0] instanceof RpcError);
    assertEquals(
      [seen[0].code, seen[0].service],
      ["remote-error", "Camera.record"],
    );
    assert(seen[0].message.endsWith("no film"), seen[0].message);
    intercept = () => Promise.reject(refused);
    assertStrictEquals(
      await assertRejects(() => camera.record({ frames: 1 })),
      refused,
    );
    intercept = () => {
      throw refused;
    };
    assertStrictEquals(
      await assertRejects(() => camera.record({ frames: 1 })),
      refused,
    );
  },
);

conformance(
  "what a function for updates throws, the iteration throws",
  async (scene) => {
    const [client, server] = await scene.pair();
    Camera.serve(server, handlers);
    const camera = Camera.client(client, {
      intercept: [(call, next) => {
        call.mapUpdate(() => {
          throw new Error("no update");
        });
        return next();
      }],
    });
    const request = await camera.record({ frames: 1 });
    await assertRejects(
      () => request.updates().next(),
      Error,
      "no update",
    );
    assertEquals(await request.response(), new Uint8Array([1]));
  },
);

conformance(
  "a request that an interceptor answers is never sent",
  async (scene) => {
    const [client] = await scene.pair();
    let value: unknown = "cached";
    const camera = Camera.client(client, {
      intercept: [() => Promise.resolve(value)],
    });
    using request = await camera.record({ frames: 1 });
    assertEquals([request.requestId, request.serviceId], [-1, 2]);
    assertEquals(await Array.fromAsync(request.updates()), []);
    await rejectsWith("request-closed", () => request.send.cancel());
    assertEquals(text.decode(await request.response()), "cached");
    await rejectsWith("request-closed", () => request.response());
    value = {};
    await rejectsWith("decode-failed", () => camera.record({ frames: 1 }));
    assertEquals(client.stats().messagesSent, 0);
  },
);

conformance(
  "an interceptor that ends before the request ends it",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [recording, finish] = recorder();
    Camera.serve(server, recording);
    const go = Promise.withResolvers<string>();
    const camera = Camera.client(client, {
      intercept: [(_call, next) => Promise.race([next(), go.promise])],
    });
    const request = await camera.record({ frames: 1 });
    const updates = request.updates();
    assertEquals((await updates.next()).done, false);
    const response = request.response();
    assert(await isPending(response));
    go.resolve("early");
    assertEquals(text.decode(await response), "early");
    await rejectsWith("request-closed", () => request.send.cancel());
    finish("late");
  },
);

conformance(
  "dispose ends the request, and its interceptors are told",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [recording, finish] = recorder();
    Camera.serve(server, recording);
    const told = Promise.withResolvers<unknown>();
    const camera = Camera.client(client, {
      intercept: [async (_call, next) => {
        try {
          return await next();
        } catch (error) {
          told.resolve(error);
          throw error;
        }
      }],
    });
    const request = await camera.record({ frames: 1 });
    const response = rejectsWith("request-closed", () => request.response());
    request[Symbol.dispose]();
    await response;
    const error = await told.promise;
    assert(error instanceof RpcError);
    assertEquals(error.code, "request-closed");
    finish("late");
  },
);

conformance(
  "the end of the connection ends requests and their interceptors",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [recording, finish] = recorder();
    Camera.serve(server, recording);
    const codes: string[] = [];
    const camera = Camera.client(client, {
      intercept: [async (_call, next) => {
        try {
          return await next();
        } catch (error) {
          assert(error instanceof RpcError);
          codes.push(error.code);
          throw error;
        }
      }],
    });
    const request = await camera.record({ frames: 1 });
    const silent = await camera.record({ frames: 1 });
    const response = rejectsWith("connection-closed", () => request.response());
    await client.close();
    await response;
    await rejectsWith("connection-closed", () => silent.response());
    assertEquals(codes, ["connection-closed", "connection-closed"]);
    finish("late");
  },
);

conformance(
  "a signal ends the start of a request, and a wait for its response",
  async (scene) => {
    const [client, server] = await scene.pair();
    const [recording, finish] = recorder();
    Camera.serve(server, recording);
    const reason = new Error("enough");
    const go = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    let held = true;
    const camera = Camera.client(client, {
      intercept: [async (_call, next) => {
        if (held) await go.promise;
        try {
          // It has fired with that of the call: nothing is sent.
          return await next({ signal: new AbortController().signal });
        } finally {
          over.resolve();
        }
      }],
    });
    const start = new AbortController();
    const starting = camera.record({ frames: 1 }, { signal: start.signal });
    assert(await isPending(starting));
    start.abort(reason);
    assertStrictEquals(await assertRejects(() => starting), reason);
    go.resolve();
    await over.promise;
    held = false;
    const request = await camera.record({ frames: 1 });
    const wait = new AbortController();
    const waiting = request.response({ signal: wait.signal });
    assert(await isPending(waiting));
    wait.abort(reason);
    assertStrictEquals(await assertRejects(() => waiting), reason);
    finish("done");
    assertEquals(text.decode(await request.response()), "done");
  },
);

conformance("next of a request is called once", async (scene) => {
  const [client, server] = await scene.pair();
  Camera.serve(server, handlers);
  const camera = Camera.client(client, {
    intercept: [async (_call, next) => {
      await next();
      return await next();
    }],
  });
  const request = await camera.record({ frames: 1 });
  await assertRejects(
    () => request.response(),
    TypeError,
    "next() of Camera.record was called twice",
  );
  assertEquals(await camera.name(), "camera");
});
