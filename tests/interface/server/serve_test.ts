/** Handlers: what becomes of what they return, yield and throw. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { body, defineInterface } from "../../../interface/mod.ts";
import { Camera, handlers } from "../support/camera.ts";

conformance(
  "a handler may return a value or a promise of it",
  async (scene) => {
    const [client, server] = await scene.pair();
    const camera = Camera.client(client);
    Camera.serve(server, {
      ...handlers,
      name: () => "at once",
      record: ({ frames }) => Promise.resolve(new Uint8Array([frames])),
      reset: () => Promise.resolve(),
    });
    assertEquals(await camera.name(), "at once");
    const recording = await camera.record({ frames: 5 });
    assertEquals(await recording.response(), new Uint8Array([5]));
    assertEquals(await camera.reset(), undefined);
  },
);

conformance("handlers run beside each other", async (scene) => {
  const [client, server] = await scene.pair();
  const camera = Camera.client(client);
  const finish = Promise.withResolvers<void>();
  Camera.serve(server, {
    ...handlers,
    record: async () => {
      await finish.promise;
      return "late";
    },
  });
  const recording = await camera.record({ frames: 1 });
  assertEquals(await camera.name(), "camera");
  finish.resolve();
  assertEquals(new TextDecoder().decode(await recording.response()), "late");
});

conformance(
  "a handler watches the updates of the other side",
  async (scene) => {
    const [client, server] = await scene.pair();
    const camera = Camera.client(client);
    Camera.serve(server, {
      ...handlers,
      record: async function* ({ frames }, request) {
        await request.send.state({ frame: 0, frames });
        for await (const update of request.updates()) {
          if (update.name === "cancel") break;
          yield { name: "state", body: { frame: update.body, frames } };
        }
        return `request ${request.requestId} of service ${request.serviceId}`;
      },
    });
    const recording = await camera.record({ frames: 9 });
    await recording.send.exposure(4);
    await recording.send.cancel();
    const frames: number[] = [];
    for await (const update of recording.updates()) {
      if (update.name === "state") frames.push(update.body.frame);
    }
    assertEquals(frames, [0, 4]);
    assertEquals(
      new TextDecoder().decode(await recording.response()),
      `request ${recording.requestId} of service 2`,
    );
  },
);

conformance(
  "what a handler throws is an error response, and goes to onError",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const camera = Camera.client(client);
    const thrown = [new Error("at once"), new Error("later"), new Error("mid")];
    Camera.serve(server, {
      ...handlers,
      name: () => {
        throw thrown[0];
      },
      reset: () => Promise.reject(thrown[1]),
      record: async function* ({ frames }) {
        yield { name: "state", body: { frame: 1, frames } };
        throw thrown[2];
      },
    });
    const calls = [() => camera.name(), () => camera.reset()];
    for (const [index, call] of calls.entries()) {
      const error = await rejectsWith("remote-error", call);
      assertEquals(error.responseText, (thrown[index] as Error).message);
    }
    const recording = await camera.record({ frames: 1 });
    assertEquals((await Array.fromAsync(recording.updates())).length, 1);
    const error = await rejectsWith("remote-error", () => recording.response());
    assertEquals(error.message, "Camera.record: mid");
    assertEquals(errors, thrown);
  },
);

conformance(
  "a generator can clean up when its updates can't be sent",
  async (scene) => {
    const [client, server] = await scene.pair();
    const camera = Camera.client(client);
    const going = Promise.withResolvers<void>();
    const lost = Promise.withResolvers<void>();
    let cleaned = 0;
    const serving = Camera.serve(server, {
      ...handlers,
      record: async function* ({ frames }) {
        try {
          yield { name: "state", body: { frame: 1, frames } };
          going.resolve();
          await lost.promise;
          yield { name: "state", body: { frame: 2, frames } };
          return "never";
        } finally {
          cleaned++;
        }
      },
    });
    await camera.record({ frames: 1 });
    await going.promise;
    await client.close();
    await server.close();
    lost.resolve();
    await serving;
    assertEquals(cleaned, 1);
  },
);

conformance(
  "what can't be encoded is an error response with encode-failed at home",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const camera = Camera.client(client);
    Camera.serve(server, {
      ...handlers,
      // A type can't know that a number isn't one that JSON has.
      name: () => 5n as unknown as string,
      reset: () => "something" as unknown as undefined,
      record: async function* () {
        yield { name: "other", body: 1 } as never;
        return "";
      },
    });
    for (
      const call of [
        () => camera.name(),
        () => camera.reset(),
        async () => (await camera.record({ frames: 1 })).response(),
      ]
    ) await rejectsWith("remote-error", call);
    assertEquals(
      errors.map((error) => error instanceof RpcError && error.code),
      ["encode-failed", "encode-failed", "encode-failed"],
    );
    assert(errors[0] instanceof RpcError);
    assert(
      errors[0].message.startsWith(
        "The body of the response to name of Camera can't be sent",
      ),
    );
  },
);

conformance(
  "stream messages come to their handlers, in order",
  async (scene) => {
    const [client, server] = await scene.pair();
    const camera = Camera.client(client);
    const seen: unknown[] = [];
    const done = Promise.withResolvers<AbortSignal>();
    const serving = Camera.serve(server, {
      ...handlers,
      temperature: (degrees) => {
        seen.push(degrees);
      },
      tick: (nothing, { signal }) => {
        seen.push(nothing);
        done.resolve(signal);
      },
    });
    for (const degrees of [20, 20.5, 21]) await camera.temperature(degrees);
    await camera.tick();
    const signal = await done.promise;
    assertEquals(seen, [20, 20.5, 21, undefined]);
    assertEquals(signal.aborted, false);
    await client.close();
    await serving;
    assert(signal.aborted);
  },
);

conformance(
  "handlers that are missing or too many are refused",
  async (scene) => {
    const [, server] = await scene.pair();
    const { name: _, ...fewer } = handlers;
    await assertRejects(
      () => Camera.serve(server, fewer as typeof handlers),
      TypeError,
      "The handlers of Camera have no function name",
    );
    const more = { ...handlers, zoom: () => {} };
    await assertRejects(
      () => Camera.serve(server, more),
      TypeError,
      "Camera has no service and no stream zoom",
    );
    // What every object has is no handler.
    const Odd = defineInterface({
      name: "Odd",
      services: { toString: { id: 1, response: body<string>() } },
    });
    await assertRejects(
      () => Odd.serve(server, {}),
      TypeError,
      "The handlers of Odd have no function toString",
    );
  },
);

conformance(
  "a peer can be client and server of interfaces at once",
  async (scene) => {
    const [left, right] = await scene.pair();
    Camera.serve(left, { ...handlers, name: () => "left" });
    Camera.serve(right, { ...handlers, name: () => "right" });
    assertEquals(await Camera.client(left).name(), "right");
    assertEquals(await Camera.client(right).name(), "left");
  },
);

conformance(
  "clients and servers can be made of the halves of a peer",
  async (scene) => {
    const [left, right] = await scene.pair();
    const [reader, writer] = left.split();
    const serving = Camera.serve(reader, { ...handlers, name: () => "left" });
    const answering = Camera.serve(right, handlers);
    assertEquals(await Camera.client(writer).name(), "camera");
    assertEquals(await Camera.client(right).name(), "left");
    reader[Symbol.dispose]();
    writer[Symbol.dispose]();
    await Promise.all([serving, answering]);
  },
);

conformance(
  "handlers may be the methods of an object with a state",
  async (scene) => {
    class Counter {
      calls = 0;
      name(): string {
        return `call ${++this.calls}`;
      }
      async *record(): AsyncGenerator<
        { name: "image"; body: string },
        string,
        void
      > {
        yield { name: "image", body: `${this.calls}` };
        return "";
      }
      reset(): void {
        this.calls = 0;
      }
      temperature(): void {}
      tick(): void {}
    }
    const [client, server] = await scene.pair();
    Camera.serve(server, new Counter());
    const { name, reset, record } = Camera.client(client);
    assertEquals([await name(), await name()], ["call 1", "call 2"]);
    const [image] = await Array.fromAsync(
      (await record({ frames: 1 })).updates(),
    );
    assert(image?.name === "image");
    assertEquals(new TextDecoder().decode(image.body), "2");
    await reset();
    assertEquals(await name(), "call 1");
  },
);
