/** What a server says of itself, over every transport. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import {
  defineInterface,
  describe,
  type InterfaceDefinition,
  serve,
} from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { isPending, rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";
import { Robot } from "../support/robot.ts";
import { Zod } from "../support/schemas.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate } = MessageType;
const DESCRIBE = -2147483647;
const CANCEL = -2147483644;

const camera = Camera.implement(handlers);
const robot = Robot.implement({
  move: (angle) => angle,
  name: () => "robot",
  jog: () => {},
});
const Secret = defineInterface({ name: "Secret", hidden: true });

conformance(
  "describe gives the program and what is served, without hidden items",
  async (scene) => {
    const [client, server] = await scene.pair();
    const program = { name: "cell", version: "1.2.3", vendor: "Fizyr" };
    serve(server, camera, robot, Secret.implement({}), {
      describe: { program },
    });
    const description = await describe(client);
    const { services } = Camera.definition;
    assertEquals(description, {
      ...program,
      interfaces: [
        {
          ...Camera.definition,
          services: services.filter(({ name }) => name !== "reset"),
        },
        Robot.definition,
      ],
    });
    assertEquals(await Camera.client(client).name(), "camera");
  },
);

conformance("describe has the JSON Schemas", async (scene) => {
  const [client, server] = await scene.pair();
  const { definition } = Zod;
  const items = [...definition.services, ...definition.streams];
  const handlers = Object.fromEntries(
    items.map(({ name }) => [name, () => {}]),
  );
  Zod.serve(server, handlers as never, { describe: true });
  const described = await describe(client, { interface: "Zod" });
  // As JSON: what a schema leaves undefined isn't sent.
  const sent = JSON.parse(JSON.stringify(definition)) as InterfaceDefinition;
  assertEquals(described.interfaces, [sent]);
  assert(JSON.stringify(described).includes('"type":"object"'));
});

conformance("one interface can be asked for", async (scene) => {
  const [client, server] = await scene.pair();
  serve(server, camera, robot, { describe: true });
  const names = async (name: string): Promise<string[]> => {
    const { interfaces } = await describe(client, { interface: name });
    return interfaces.map(({ name }) => name);
  };
  assertEquals(await names("Robot"), ["Robot"]);
  assertEquals(await names("Other"), []);
});

conformance(
  "hidden items are given to those who ask, where that is allowed",
  async (scene) => {
    for (const allowed of [true, false]) {
      const [client, server] = await scene.pair();
      const asked: unknown[] = [];
      serve(server, camera, Secret.implement({}), {
        describe: {
          hidden: (peer) => {
            asked.push(peer.info);
            return allowed;
          },
        },
      });
      const plain = await describe(client);
      assertEquals(plain.interfaces.map(({ name }) => name), ["Camera"]);
      assertEquals(asked, []);
      const { interfaces } = await describe(client, { hidden: true });
      assertEquals(asked, [server.info]);
      const services = interfaces[0]!.services.map(({ name }) => name);
      assertEquals(interfaces.length, allowed ? 2 : 1);
      assertEquals(services.includes("reset"), allowed);
    }
  },
);

conformance("a server doesn't describe itself unless told", async (scene) => {
  const [client, server] = await scene.pair();
  serve(server, camera);
  const error = await rejectsWith("remote-error", () => describe(client));
  assertEquals(error.reason, "unknown-service");
  assert(error.message.includes("describe: true"), error.message);
  // Nothing is reported there, and the connection serves on.
  assertEquals(await Camera.client(client).name(), "camera");
  assertEquals(server.stats().errors, 0);
});

conformance("the JSON comes in updates of 4 KiB at most", async (scene) => {
  const [peer, raw] = await scene.raw();
  const doc = "ä".repeat(5000);
  const Long = defineInterface({ name: "Long", doc });
  serve(peer, Long.implement({}), { describe: true });
  await raw.send(Request, 7, DESCRIBE, "");
  const parts: Uint8Array[] = [];
  for (;;) {
    const { header, body } = (await raw.recv())!;
    assertEquals(header.requestId, 7);
    assertEquals(header.serviceId, DESCRIBE);
    if (header.type === Response) {
      assertEquals(body.data.length, 0);
      break;
    }
    assertEquals(header.type, ResponderUpdate);
    assert(body.data.length <= 4096);
    parts.push(body.data.slice());
  }
  const text = await new Blob(parts as BlobPart[]).text();
  assertEquals(JSON.parse(text).interfaces, [Long.definition]);
  assertEquals(parts.length, 3);
});

conformance("updates are cut to what may be sent", async (scene) => {
  const [client, server] = await scene.pair({ maxBodyLenWrite: 100 });
  serve(server, camera, { describe: true });
  const { interfaces } = await describe(client);
  assertEquals(interfaces[0]?.streams, Camera.definition.streams);
});

conformance("a request that isn't understood is refused", async (scene) => {
  const [peer, raw] = await scene.raw();
  serve(peer, camera, { describe: true });
  const wrong = ["{", "[]", '{"hidden":1}', '{"interface":{}}'];
  for (const [id, body] of wrong.entries()) {
    await raw.send(Request, id, DESCRIBE, body);
    const [type, requestId, serviceId, text] = (await raw.recvPlain())!;
    assertEquals([type, requestId, serviceId], [Response, id, -1]);
    assert(`${text}`.startsWith("invalid-request: the body is "), `${text}`);
  }
  // What a later version may ask besides is skipped.
  await raw.send(Request, 9, DESCRIBE, '{"interface":"No","later":1}');
  const document = '{"interfaces":[]}';
  assertEquals(await raw.recvPlain(), [ResponderUpdate, 9, DESCRIBE, document]);
  assertEquals(await raw.recvPlain(), [Response, 9, DESCRIBE, ""]);
});

conformance(
  "what is no description is an error, and the connection stays",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const wrong: [string, string][] = [
      ["nonsense", "is no JSON"],
      ["null", "is no object"],
      ["{}", "interfaces is no list"],
      ['{"interfaces":[{"name":1}]}', "interfaces[0]: name is no string"],
    ];
    for (const [id, [document, text]] of wrong.entries()) {
      const described = rejectsWith("decode-failed", () => describe(peer));
      assertEquals(await raw.recvPlain(), [Request, id, DESCRIBE, ""]);
      await raw.send(ResponderUpdate, id, DESCRIBE, document);
      await raw.send(Response, id, DESCRIBE, "");
      const { message } = await described;
      assert(message.includes(text), message);
    }
    await peer.sendStream(1, "still here");
    assertEquals((await raw.recv())?.text(), "still here");
  },
);

conformance(
  "a description that never comes ends with the signal, and is cancelled",
  async (scene) => {
    const [peer, raw] = await scene.raw({ extensions: true });
    const controller = new AbortController();
    const described = describe(peer, { signal: controller.signal });
    assertEquals((await raw.recv())?.header.serviceId, DESCRIBE);
    assert(await isPending(described));
    const reason = new Error("enough");
    controller.abort(reason);
    assertEquals(await described.catch((error) => error), reason);
    assertEquals(await raw.recvPlain(), [RequesterUpdate, 0, CANCEL, ""]);
  },
);

conformance("both sides can describe themselves", async (scene) => {
  const [left, right] = await scene.pair();
  serve(left, camera, { describe: true });
  serve(right, robot, { describe: true });
  const names = (await Promise.all([describe(left), describe(right)]))
    .map(({ interfaces }) => interfaces[0]?.name);
  assertEquals(names, ["Robot", "Camera"]);
});

conformance("a server that drains doesn't describe itself", async (scene) => {
  const [client, server] = await scene.pair();
  const go = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const blocking = Camera.implement({
    ...handlers,
    name: async () => {
      begun.resolve();
      await go.promise;
      return "camera";
    },
  });
  serve(server, blocking, { describe: true });
  const name = Camera.client(client).name();
  await begun.promise;
  const drained = server.drain();
  const error = await rejectsWith("remote-error", () => describe(client));
  assertEquals(error.reason, "unavailable");
  go.resolve();
  assertEquals(await name, "camera");
  await drained;
});
