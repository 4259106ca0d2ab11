/** What interceptors of handlers do with `next`, and give in its place. */
import { assert, assertEquals } from "@std/assert";
import { RpcError } from "../../../mod.ts";
import { type AnyUpdate, defineInterface } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";
import { retry, thirdTime } from "../support/retry.ts";
import { z } from "../support/schemas.ts";

const text = new TextDecoder();

conformance(
  "where next isn't called the handler isn't, and the value is the response",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    let value: unknown = "cached";
    const never = (): never => {
      throw new Error("called");
    };
    Camera.serve(
      server,
      { ...handlers, name: never, record: never, reset: never },
      { intercept: [() => Promise.resolve(value)] },
    );
    const camera = Camera.client(client);
    assertEquals(await camera.name(), "cached");
    const recording = await camera.record({ frames: 1 });
    assertEquals(await Array.fromAsync(recording.updates()), []);
    assertEquals(text.decode(await recording.response()), "cached");
    await rejectsWith("remote-error", () => camera.reset());
    value = 5n;
    await rejectsWith("remote-error", () => camera.name());
    assertEquals(
      errors.map((error) => error instanceof RpcError && error.code),
      ["encode-failed", "encode-failed"],
    );
  },
);

conformance("a handler can be tried again", async (scene) => {
  const [client, server] = await scene.pair();
  Camera.serve(server, { ...handlers, name: thirdTime() }, {
    intercept: [retry],
  });
  assertEquals(await Camera.client(client).name(), "try 3");
});

conformance(
  "a service with updates can't be tried again, and next ends with its interceptor",
  async (scene) => {
    const [client, server] = await scene.pair({ right: { onError: () => {} } });
    let late: Promise<unknown> | null = null;
    let runs = 0;
    Camera.serve(server, {
      ...handlers,
      record: () => {
        runs++;
        return "once";
      },
    }, {
      intercept: [async (call, next) => {
        const response = await next();
        if (call.service === "record") await next();
        // Called again when this has ended.
        late = Promise.resolve().then(() => {}).then(() => next());
        late.catch(() => {});
        return response;
      }],
    });
    const camera = Camera.client(client);
    const recording = await camera.record({ frames: 1 });
    const error = await rejectsWith("remote-error", () => recording.response());
    assert(
      error.message.endsWith(
        "next() of Camera.record was called twice: only a service without updates can be tried again",
      ),
      error.message,
    );
    assertEquals(runs, 1);
    assertEquals(await camera.name(), "camera");
    const ended = await late!.catch((error: unknown) => error);
    assert(ended instanceof TypeError);
    assertEquals(
      ended.message,
      "next() of Camera.name was called after its interceptor had ended",
    );
  },
);

conformance(
  "a body that an interceptor puts in is checked like one that has arrived",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const Parse = defineInterface({
      name: "Parse",
      extensions: true,
      services: {
        parse: {
          id: 1,
          request: z.string().transform(Number),
          response: z.number(),
        },
      },
    });
    let replacement: unknown = "6";
    Parse.serve(server, { parse: (number) => number * 2 }, {
      intercept: [async (call, next) => {
        assertEquals(call.body, 5);
        return await next({ body: replacement as string });
      }],
    });
    const parse = Parse.client(client);
    assertEquals(await parse.parse("5"), 12);
    replacement = 6;
    const error = await rejectsWith("remote-error", () => parse.parse("5"));
    assert(
      error.message.includes(
        "What an interceptor gave as the body of the request parse of Parse is invalid",
      ),
      error.message,
    );
    assert(errors[0] instanceof RpcError);
    assertEquals([errors[0].code, errors[0].side], ["decode-failed", "local"]);
    // Interceptors have run: it isn't refused as a body that has arrived would be.
    assertEquals([error.reason, error.outcome], ["failed", "unknown"]);
  },
);

conformance(
  "an update that an interceptor makes must be one of the service",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    let update: unknown = { name: "other" };
    Camera.serve(server, handlers, {
      intercept: [async (call, next) => {
        (call as { mapUpdate(map: () => AnyUpdate): void })
          .mapUpdate(() => update as AnyUpdate);
        return await next();
      }],
    });
    const camera = Camera.client(client);
    for (const given of [{ name: "other" }, undefined, Promise.resolve()]) {
      update = given;
      const recording = await camera.record({ frames: 1 });
      await rejectsWith("remote-error", () => recording.response());
    }
    assert(errors[0] instanceof RpcError);
    assertEquals(errors[0].code, "encode-failed");
    assert(errors[1] instanceof TypeError && errors[2] instanceof TypeError);
    assertEquals(errors.length, 3);
  },
);
