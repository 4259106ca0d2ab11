/** Bodies that are given by schemas of zod, valibot and arktype. */
import { assert, assertEquals } from "@std/assert";
import {
  defineInterface,
  InvalidMessageError,
} from "../../../interface/mod.ts";
import { inMemory } from "../../../interface/testing.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { Arktype, v, Valibot, z, Zod } from "../support/schemas.ts";

// They have the same types as far as this suite goes.
const LIBRARIES = [Zod, Valibot, Arktype] as unknown as [typeof Zod];

for (const Library of LIBRARIES) {
  const { name } = Library;

  conformance(`${name}: valid bodies pass, both ways`, async (scene) => {
    const [client, server] = await scene.pair();
    const notes: string[] = [];
    Library.serve(server, {
      async *scale({ width }, request) {
        for await (const update of request.updates()) {
          yield { name: "progress", body: [update.body, "speed"] };
          break;
        }
        return { area: width * width };
      },
      note: (note) => {
        notes.push(note);
      },
    });
    const scaler = Library.client(client);
    await scaler.note("hello");
    const scaling = await scaler.scale({ width: 3 });
    await scaling.send.speed(7);
    const updates = await Array.fromAsync(scaling.updates());
    assertEquals(updates, [{ name: "progress", body: [7, "speed"] }]);
    assertEquals(await scaling.response(), { area: 9 });
    assertEquals(notes, ["hello"]);
  });

  conformance(
    `${name}: invalid requests, updates and streams are refused where they arrive`,
    async (scene) => {
      const errors: unknown[] = [];
      const [client, server] = await scene.pair({
        right: { onError: (error) => errors.push(error) },
      });
      Library.serve(server, {
        async scale(_, request) {
          await Array.fromAsync(request.updates());
          return { area: 0 };
        },
        note: () => {
          throw new Error("It is invalid");
        },
      });
      const scaler = Library.client(client);
      for (const width of [-1, "wide", null, [3]]) {
        const scaling = await scaler.scale({ width: width as number });
        const error = await rejectsWith(
          "remote-error",
          () => scaling.response(),
        );
        const { name } = Library.definition;
        assert(
          error.message.startsWith(
            `${name}.scale: The body of the request scale of ${name} is invalid: width`,
          ),
        );
        assertEquals(error.reason, "invalid-request");
      }
      const scaling = await scaler.scale({ width: 1 });
      await scaling.send.speed(11);
      const error = await rejectsWith("remote-error", () => scaling.response());
      assert(
        error.message.includes(
          `the request update speed of ${Library.definition.name}.scale is invalid`,
        ),
      );
      // The handler has begun.
      assertEquals(error.reason, "failed");
      await scaler.note("x");
      await rejectsWith("remote-error", () => client.call(99, ""));
      assertEquals(errors.length, 7);
      for (const error of errors.slice(0, 6)) {
        assert(error instanceof InvalidMessageError);
        assertEquals(error.code, "decode-failed");
        assertEquals(error.issues.length, 1);
      }
    },
  );

  conformance(
    `${name}: invalid responses and updates are refused where they arrive`,
    async (scene) => {
      const errors: unknown[] = [];
      const [client, server] = await scene.pair({
        left: { onError: (error) => errors.push(error) },
      });
      server.serve({
        1: async (request) => {
          await request.sendUpdate(1, '["x",1]');
          return '{"area":"large"}';
        },
      });
      const scaling = await Library.client(client).scale({ width: 1 });
      assertEquals(await Array.fromAsync(scaling.updates()), []);
      const error = await rejectsWith(
        "decode-failed",
        () => scaling.response(),
      );
      assert(error instanceof InvalidMessageError);
      assertEquals(error.issues.length, 1);
      assertEquals(error.received.json(), { area: "large" });
      assertEquals(errors.length, 1);
    },
  );
}

Deno.test("a schema that makes another value of a body gives that one, on arrival", async () => {
  const Clock = defineInterface({
    name: "Clock",
    services: {
      shift: {
        id: 1,
        request: z.coerce.date(),
        response: z.string().transform(Number),
      },
    },
  });
  await using test = inMemory(Clock, {
    shift: (date) => String(date.getTime() + 1),
  });
  assertEquals(await test.client.shift("1970-01-01T00:00:00.001Z"), 2);
});

Deno.test("a schema may take its time", async () => {
  const gate = Promise.withResolvers<void>();
  const slow = v.pipeAsync(
    v.string(),
    v.checkAsync(async (text) => {
      await gate.promise;
      return text !== "bad";
    }, "It is bad"),
  );
  const Slow = defineInterface({
    name: "Slow",
    services: {
      say: {
        id: 1,
        request: slow,
        response: slow,
        responseUpdates: { echo: { id: 1, body: slow } },
      },
    },
    streams: { note: { id: 1, body: slow } },
  });
  const errors: unknown[] = [];
  const notes: string[] = [];
  await using test = inMemory(Slow, {
    say: async function* (text) {
      yield { name: "echo", body: text };
      return text;
    },
    note: (text) => {
      notes.push(text);
    },
  }, { onError: (error) => errors.push(error) });
  const good = await test.client.say("good");
  const bad = await test.client.say("bad");
  await test.client.note("good");
  await test.client.note("bad");
  gate.resolve();
  assertEquals(await Array.fromAsync(good.updates()), [{
    name: "echo",
    body: "good",
  }]);
  assertEquals(await good.response(), "good");
  const error = await rejectsWith("remote-error", () => bad.response());
  assertEquals(
    error.message,
    "Slow.say: The body of the request say of Slow is invalid: It is bad",
  );
  assertEquals(notes, ["good"]);
  assertEquals(errors.length, 2);
});

Deno.test("a schema that fails by itself is decode-failed too", async () => {
  for (const later of [false, true]) {
    const cause = new Error("broken schema");
    const broken = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: () => {
          if (later) return Promise.reject(cause);
          throw cause;
        },
      },
    };
    const Broken = defineInterface({
      name: "Broken",
      services: { ask: { id: 1, response: broken } },
    });
    await using test = inMemory(Broken, { ask: () => 1 });
    const error = await rejectsWith("decode-failed", () => test.client.ask());
    assertEquals(error.cause, cause);
  }
});

Deno.test("many issues are named in short, with their places", async () => {
  const Shapes = defineInterface({
    name: "Shapes",
    services: {
      draw: {
        id: 1,
        request: z.object({ points: z.array(z.object({ x: z.literal(0) })) }),
      },
    },
  });
  await using test = inMemory(Shapes, { draw: () => {} }, {
    onError: () => {},
  });
  const points = Array.from({ length: 5 }, (_, x) => ({ x: x + 1 as 0 }));
  const error = await rejectsWith(
    "remote-error",
    () => test.client.draw({ points }),
  );
  assert(error.message.includes("points[0].x: "), error.message);
  assert(error.message.endsWith("; and 2 more"), error.message);
});
