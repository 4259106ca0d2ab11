/** Declared errors: thrown by a handler, rejected with by a client. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { RpcError } from "../../../mod.ts";
import { DeclaredError, type HandlersOf } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { Camera } from "./support.ts";

const unused: HandlersOf<typeof Camera> = {
  name: () => "left",
  record: () => "done",
};

interface Served {
  readonly client: TestPeer;
  /** What the server has reported. */
  readonly errors: unknown[];
}

async function serve(
  scene: Scene,
  handlers: Partial<HandlersOf<typeof Camera>>,
  extensions: boolean,
): Promise<Served> {
  const errors: unknown[] = [];
  const [client, server] = await scene.pair({
    extensions,
    right: { onError: (error) => errors.push(error) },
  });
  Camera.serve(server, { ...unused, ...handlers });
  return { client, errors };
}

for (const extensions of [false, true]) {
  const how = extensions ? "with extensions" : "without extensions";

  conformance(
    `an error of the interface arrives as it was thrown, ${how}`,
    async (scene) => {
      const { client, errors } = await serve(scene, {
        name() {
          throw new Camera.errors.busy({ until: 12 }, "ask\nagain later");
        },
      }, extensions);
      const call = Camera.client(client).name();
      const error = await assertRejects(() => call, Camera.errors.busy);
      assertInstanceOf(error, RpcError);
      assertInstanceOf(error, DeclaredError);
      assertEquals(error.data, { until: 12 });
      assertEquals(error.message, "Camera.name: ask again later");
      assertEquals(
        [error.code, error.reason, error.side, error.fatal],
        ["remote-error", "busy", "remote", false],
      );
      assertEquals([error.service, error.serviceId], ["Camera.name", 1]);
      assertEquals(error.outcome, "unknown");
      assertEquals(error.responseText, 'busy: ask again later\n{"until":12}');
      assertInstanceOf(error.cause, RpcError);
      assertEquals(error.cause.reason, extensions ? "busy" : null);
      assertEquals(Object.keys(error).includes("responseText"), false);
      // It is an answer, and no fault of the server.
      assertEquals(errors, []);
    },
  );

  conformance(
    `every way to fail gives the error of a service, ${how}`,
    async (scene) => {
      const { client, errors } = await serve(scene, {
        record(way) {
          const dark = new Camera.errors.record.dark();
          switch (way) {
            case 0:
              throw dark;
            case 1:
              return Promise.reject(dark);
            case 2:
              return (async function* () {
                yield { name: "frame" as const, body: 1 };
                throw dark;
              })();
            default:
              return Promise.resolve((async function* () {
                yield { name: "frame" as const, body: 1 };
                throw dark;
              })());
          }
        },
      }, extensions);
      const camera = Camera.client(client);
      for (let way = 0; way < 4; way++) {
        const recording = await camera.record(way);
        const error = await assertRejects(
          () => recording.response(),
          Camera.errors.record.dark,
        );
        assertEquals(error.message, "Camera.record: dark");
        assertEquals(error.responseText, "dark: dark");
        assertEquals("data" in error, false);
      }
      assertEquals(errors, []);
    },
  );
}

conformance(
  "what is sent is the schema's input, and what arrives its output",
  async (scene) => {
    const { client } = await serve(scene, {
      record() {
        throw new Camera.errors.record.warm("51.5");
      },
    }, false);
    const recording = await Camera.client(client).record(1);
    const error = await assertRejects(
      () => recording.response(),
      Camera.errors.record.warm,
    );
    assertStrictEquals(error.data as unknown, 51.5);
  },
);

conformance(
  "an error that the service doesn't declare is failed, and leaks nothing",
  async (scene) => {
    const { client, errors } = await serve(scene, {
      name() {
        throw new Camera.errors.record.warm("51.5", "too warm");
      },
    }, true);
    const error = await rejectsWith(
      "remote-error",
      () => Camera.client(client).name(),
    );
    assertEquals([error.reason, error.responseText], [
      "failed",
      "failed: too warm",
    ]);
    assertEquals(error.message, "Camera.name: too warm");
    assertEquals(error instanceof DeclaredError, false);
    assertInstanceOf(errors[0], Camera.errors.record.warm);
    assertEquals(errors.length, 1);
  },
);

conformance(
  "an error that was received is passed on as text only",
  async (scene) => {
    const { client: behind } = await serve(scene, {
      name() {
        throw new Camera.errors.busy({ until: 12 });
      },
    }, true);
    const { client, errors } = await serve(scene, {
      name: () => Camera.client(behind).name(),
    }, true);
    const error = await rejectsWith(
      "remote-error",
      () => Camera.client(client).name(),
    );
    assertEquals([error.reason, error.message], [
      "failed",
      "Camera.name: Camera.name: busy",
    ]);
    assertInstanceOf(errors[0], Camera.errors.busy);
  },
);

conformance(
  "a body that JSON can't carry is reported, and sent as failed",
  async (scene) => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const bodies: unknown[] = [loop, undefined, new Map([[1, 2]])];
    const { client, errors } = await serve(scene, {
      record(index) {
        throw new Camera.errors.busy(bodies[index] as never, "not now");
      },
    }, false);
    const camera = Camera.client(client);
    for (const index of bodies.keys()) {
      const recording = await camera.record(index);
      const error = await rejectsWith(
        "remote-error",
        () => recording.response(),
      );
      assertEquals(error.responseText, "failed: not now");
      const reported = errors[index];
      assertInstanceOf(reported, RpcError);
      assertEquals(reported.code, "encode-failed");
      assert(reported.message.includes("Camera.errors.busy"), reported.message);
    }
  },
);

conformance("a long message is cut, and the body never", async (scene) => {
  const limit = 6000;
  const [client, server] = await scene.pair({
    maxBodyLenRead: limit,
    maxBodyLenWrite: limit,
    right: { onError: (error) => errors.push(error) },
  });
  const errors: unknown[] = [];
  let padding = 0;
  Camera.serve(server, {
    ...unused,
    name() {
      const data = { until: 1, pad: "p".repeat(padding) };
      throw new Camera.errors.busy(data, "ü".repeat(5000));
    },
  });
  const camera = Camera.client(client);
  for (const room of [3000, 3, 2, 1, 0]) {
    // What is left for the message of two bytes for each letter.
    padding = limit - room - 'busy: \n{"until":1,"pad":""}'.length;
    const error = await assertRejects(() => camera.name(), Camera.errors.busy);
    assertEquals(error.data.until, 1);
    assertEquals(
      error.message,
      `Camera.name: ${"ü".repeat(Math.floor(room / 2))}`,
    );
  }
  assertEquals(errors, []);
  padding++;
  const error = await rejectsWith("remote-error", () => camera.name());
  assert(error.message.startsWith("Camera.name: üü"), error.message);
  assertEquals(error.reason, "failed");
  assertInstanceOf(errors[0], RpcError);
  assertEquals(errors[0].code, "payload-too-large");
  assertEquals(errors[0].limit, limit);
});

conformance(
  "a loop over messages answers with declared errors",
  async (scene) => {
    const [client, server] = await scene.pair();
    const messages = Camera.messages(server);
    const call = Camera.client(client).name();
    const rejected = assertRejects(() => call, Camera.errors.busy);
    const message = await messages.recvMessage();
    assert(message?.kind === "request");
    const { request } = message;
    await assertRejects(
      () => request.sendErrorResponse(new Camera.errors.record.dark()),
      TypeError,
      "Camera.name doesn't declare the error dark",
    );
    await rejectsWith(
      "encode-failed",
      () => request.sendErrorResponse(new Camera.errors.busy(5n as never)),
    );
    assertEquals(request.closed, false);
    await request.sendErrorResponse(new Camera.errors.busy({ until: 3 }));
    assertEquals((await rejected).data, { until: 3 });
  },
);

conformance(
  "interceptors of both sides see and make declared errors",
  async (scene) => {
    const [client, server] = await scene.pair();
    Camera.serve(server, unused, {
      intercept: [(call, next) => {
        if (call.service === "name") throw new Camera.errors.gone();
        return next();
      }, async (call, next) => {
        await next();
        if (call.service === "record") throw new Camera.errors.record.dark();
        throw new Camera.errors.busy({ until: 5 });
      }],
    });
    const seen: unknown[] = [];
    const camera = Camera.client(client, {
      intercept: [async (_call, next) => {
        try {
          return await next();
        } catch (error) {
          seen.push(error);
          throw error;
        }
      }],
    });
    const gone = await assertRejects(() => camera.name(), Camera.errors.gone);
    const recording = await camera.record(1);
    const dark = await assertRejects(
      () => recording.response(),
      Camera.errors.record.dark,
    );
    assertEquals(seen, [gone, dark]);
  },
);
