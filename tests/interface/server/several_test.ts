/** Several interfaces on one connection. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  body,
  type BodySchema,
  defineInterface,
  type Implementation,
  InvalidMessageError,
  serve,
} from "../../../interface/mod.ts";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";
import { Robot } from "../support/robot.ts";

const robotHandlers = {
  move: (angle: number) => 2 * angle,
  name: () => "robot",
  jog: () => {},
};

conformance("several interfaces are served together", async (scene) => {
  const [client, server] = await scene.pair();
  const jogs: number[] = [];
  const serving = serve(
    server,
    Camera.implement(handlers),
    Robot.implement({
      move: async function* (angle) {
        yield { name: "angle", body: angle / 2 };
        return angle;
      },
      name: () => "robot",
      jog: (speed) => void jogs.push(speed),
    }),
  );
  const [camera, robot] = [Camera.client(client), Robot.client(client)];
  assertEquals(await camera.name(), "camera");
  await robot.jog(3);
  assertEquals(await robot.name(), "robot");
  assertEquals(jogs, [3]);
  const move = await robot.move(90);
  assertEquals(await Array.fromAsync(move.updates()), [
    { name: "angle", body: 45 },
  ]);
  assertEquals(await move.response(), 90);
  const recording = await camera.record({ frames: 4 });
  assertEquals(await recording.response(), new Uint8Array([4]));
  await client.close();
  await serving;
});

conformance(
  "handlers of all interfaces start in the order of arrival",
  async (scene) => {
    const gate = Promise.withResolvers<void>();
    const slow: BodySchema<number> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: async (value) => {
          await gate.promise;
          return { value: value as number };
        },
      },
    };
    const Slow = defineInterface({
      name: "Slow",
      services: { wait: { id: 21, request: slow } },
      streams: { note: { id: 21, body: slow } },
    });
    const [client, server] = await scene.pair();
    const started: string[] = [];
    serve(
      server,
      Slow.implement({
        wait: (number) => void started.push(`wait ${number}`),
        note: (number) => void started.push(`note ${number}`),
      }),
      Robot.implement({
        ...robotHandlers,
        name: () => {
          started.push("name");
          return "";
        },
        jog: () => void started.push("jog"),
      }),
    );
    const [slowClient, robot] = [Slow.client(client), Robot.client(client)];
    await slowClient.note(1);
    await robot.jog(1);
    const calls = [slowClient.wait(2), robot.name()];
    await scene.pace(5);
    assertEquals(started, []);
    gate.resolve();
    await Promise.all(calls);
    assertEquals(started, ["note 1", "jog", "wait 2", "name"]);
  },
);

conformance("each interface has its own format", async (scene) => {
  const [client, server] = await scene.pair();
  serve(
    server,
    Camera.implement(handlers, { format: msgpack }),
    Robot.implement(robotHandlers),
  );
  const camera = Camera.client(client, { format: msgpack });
  assertEquals(await camera.name(), "camera");
  assertEquals(await Robot.client(client).name(), "robot");
});

conformance(
  "ids that clash are refused at once, with both names",
  async (scene) => {
    const [client, server] = await scene.pair();
    const Same = defineInterface({
      name: "Same",
      services: { ask: { id: 2 } },
      streams: { tell: { id: 99 } },
    });
    const Streams = defineInterface({
      name: "Streams",
      services: { ask: { id: 98 } },
      streams: { tell: { id: 2 } },
    });
    const nothing = { ask: () => {}, tell: () => {} };
    const error = assertThrows(
      () => serve(server, Camera.implement(handlers), Same.implement(nothing)),
      RangeError,
    );
    assertEquals(
      error.message,
      "Camera.record and Same.ask can't be served on one connection: both are the service with the id 2",
    );
    const streams = assertThrows(
      () =>
        serve(
          server,
          Robot.implement(robotHandlers),
          Streams.implement(nothing),
          Camera.implement(handlers),
        ),
      RangeError,
    );
    assertEquals(
      streams.message,
      "Streams.tell and Camera.tick can't be served on one connection: both are the stream message with the id 2",
    );
    assertThrows(
      () =>
        serve(server, Camera.implement(handlers), Camera.implement(handlers)),
      RangeError,
      "Camera.name and Camera.name",
    );
    // A service and a stream message are told apart; nothing was taken above.
    serve(server, Same.implement(nothing), Streams.implement(nothing));
    assertEquals(await Streams.client(client).ask(), undefined);
  },
);

conformance(
  "what no interface knows is reported once, and answered",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair();
    serve(server, Camera.implement(handlers), Robot.implement(robotHandlers), {
      onInvalid: (error) => void errors.push(error),
    });
    const error = await rejectsWith("remote-error", () => client.call(77, ""));
    assertEquals(error.message.includes("no service with the id 77"), true);
    await client.sendStream(78, "");
    await rejectsWith("remote-error", () => client.call(11, "not JSON"));
    assertEquals(
      errors.map((error) =>
        error instanceof InvalidMessageError && [error.code, error.serviceId]
      ),
      [
        ["unexpected-service-id", 77],
        ["unexpected-service-id", 78],
        ["decode-failed", 11],
      ],
    );
  },
);

conformance(
  "a second server of a connection is told how to serve both",
  async (scene) => {
    const [client, server] = await scene.pair();
    const serving = Camera.serve(server, handlers);
    const error = await assertRejects(
      () => serve(server, Robot.implement(robotHandlers)),
      TypeError,
    );
    assertEquals(
      error.message.endsWith(
        "give them to one serve() of ./interface: serve(peer, Camera.implement(...), Robot.implement(...))",
      ),
      true,
      error.message,
    );
    await client.close();
    await serving;
  },
);

Deno.test("What isn't an implementation is refused at once", () => {
  const implementation = Camera.implement(handlers);
  for (
    const args of [[Camera, implementation], [{}, implementation], [{}, {}]]
  ) {
    assertThrows(
      () => serve({} as never, ...args as Implementation[]),
      TypeError,
      "serve() takes what implement() gives",
    );
  }
});

Deno.test("An implementation has the name of its interface", () => {
  assertEquals(Camera.implement(handlers).name, "Camera");
});

Deno.test("Missing and misspelt handlers are refused by implement at once", () => {
  const { name: _, ...fewer } = handlers;
  assertThrows(
    () => Camera.implement(fewer as typeof handlers),
    TypeError,
    "The handlers of Camera have no function name",
  );
  const misspelt = { ...handlers, rcord: () => {} };
  assertThrows(
    () => Camera.implement(misspelt),
    TypeError,
    "Camera has no service and no stream rcord",
  );
});

conformance(
  "an object of a class may have other members, and is this",
  async (scene) => {
    const Counter = defineInterface({
      name: "Counter",
      services: { next: { id: 1, response: body<number>() } },
    });
    class Base {
      #count = 0;
      step = (): number => 2;
      next(): number {
        return this.#count += this.step();
      }
      reset(): void {
        this.#count = 0;
      }
    }
    class Derived extends Base {
      twice = (): number => 2 * this.next();
    }
    const [client, server] = await scene.pair();
    Counter.serve(server, new Derived());
    const counter = Counter.client(client);
    assertEquals([await counter.next(), await counter.next()], [2, 4]);
    class Without {
      other = (): number => 1;
    }
    assertThrows(
      () => Counter.implement(new Without() as unknown as Derived),
      TypeError,
      "The handlers of Counter have no function next",
    );
  },
);
