/** What isn't delivered is counted, whether anybody is told or not. */
import { assertEquals } from "@std/assert";
import {
  body,
  type BodySchema,
  defineInterface,
  InvalidMessageError,
} from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, rejectsWith } from "../../support/expect.ts";
import type { TestPeer } from "../../support/scene.ts";

const number: BodySchema<number> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      typeof value === "number"
        ? { value }
        : { issues: [{ message: "not a number" }] },
  },
};

const Lamp = defineInterface({
  name: "Lamp",
  services: {
    dim: {
      id: 1,
      request: number,
      response: body<string>(),
      requestUpdates: { to: { id: 1, body: number } },
      responseUpdates: { now: { id: 1, body: number } },
    },
    isOn: { id: 2, response: body<boolean>() },
  },
  streams: { flash: { id: 1, body: number } },
});

function counted(peer: TestPeer): [errors: number, dropped: number] {
  const { errors, droppedMessages } = peer.stats();
  return [errors, droppedMessages];
}

for (const told of [true, false]) {
  const options = told ? { onInvalid: () => true } : {};
  conformance(
    `what a server can't use is counted, ${
      told ? "with" : "without"
    } onInvalid`,
    async (scene) => {
      const [client, server] = await scene.pair();
      Lamp.serve(server, {
        dim: async (_to, request) => {
          for await (const _ of request.updates());
          return "unreached";
        },
        isOn: () => true,
        flash: () => {},
      }, options);
      await client.sendStream(1, '"bright"');
      await client.sendStream(9, "1");
      await rejectsWith("remote-error", () => client.call(9, ""));
      await rejectsWith("remote-error", () => client.call(1, '"x"'));
      assertEquals(await Lamp.client(client).isOn(), true);
      assertEquals(counted(server), [4, 0]);
      const dimming = await client.sendRequest(1, "1");
      // Both at once: the first one may end the request.
      await Promise.all([
        dimming.sendUpdate(1, '"x"'),
        dimming.sendUpdate(9, "1"),
      ]);
      if (!told) assertEquals((await dimming.recvResponse()).isError, true);
      assertEquals(await Lamp.client(client).isOn(), true);
      const { errors, lateUpdates, droppedMessages } = server.stats();
      // The other one is unread then, or comes late.
      assertEquals(errors + lateUpdates + droppedMessages, 6);
    },
  );

  conformance(
    `what a client can't use is counted, ${
      told ? "with" : "without"
    } onInvalid`,
    async (scene) => {
      const [client, server] = await scene.pair();
      const asked = Lamp.client(client, options).dim(1);
      const { request } = await nextRequest(server);
      await request.sendUpdate(1, '"bright"');
      await request.sendUpdate(9, "1");
      await request.sendUpdate(1, "5");
      await request.sendResponse(1, '"done"');
      const dimming = await asked;
      const updates = await Array.fromAsync(dimming.updates());
      assertEquals(updates.map(({ body }) => body), [5]);
      assertEquals(await dimming.response(), "done");
      assertEquals(counted(client), [2, 0]);
    },
  );
}

conformance("a loop over messages counts what it skips", async (scene) => {
  const [client, server] = await scene.pair({ right: { onError: () => {} } });
  await client.sendStream(9, "1");
  await client.sendStream(1, '"x"');
  await client.sendStream(1, "5");
  for await (const message of Lamp.messages(server)) {
    assertEquals(message.body, 5);
    break;
  }
  assertEquals(counted(server), [2, 0]);
});

conformance("an error of recvMessage is counted too", async (scene) => {
  const [client, server] = await scene.pair({ right: { onError: () => {} } });
  await client.sendStream(9, "1");
  const error = await rejectsWith(
    "unexpected-service-id",
    () => Lamp.messages(server).recvMessage(),
  );
  assertEquals(error instanceof InvalidMessageError, true);
  assertEquals(counted(server), [1, 0]);
});

conformance("updates that response() skips are counted", async (scene) => {
  const [client, server] = await scene.pair();
  const asked = Lamp.client(client).dim(1);
  const { request } = await nextRequest(server);
  for (const update of ["1", "2", '"x"']) await request.sendUpdate(1, update);
  await request.sendResponse(1, '"done"');
  assertEquals(await (await asked).response(), "done");
  assertEquals(counted(client), [0, 3]);
});
