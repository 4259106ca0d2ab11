/** The newest updates and no backlog, on typed requests. */
import { assertEquals, assertThrows } from "@std/assert";
import { type BodySchema, defineInterface } from "../../../interface/mod.ts";
import { conformance } from "../../support/conformance.ts";
import { rejectsWith } from "../../support/expect.ts";
import type { Scene } from "../../support/scene.ts";

/** Numbers from 0 on; those that were validated are kept in `validated`. */
const validated: unknown[] = [];
const number: BodySchema<number> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => {
      validated.push(value);
      return typeof value === "number" && value >= 0
        ? { value }
        : { issues: [{ message: "no number from 0 on" }] };
    },
  },
};

const Robot = defineInterface({
  name: "Robot",
  services: {
    move: {
      id: 1,
      response: number,
      requestUpdates: { target: { id: 1, body: number } },
      responseUpdates: { angle: { id: 1, body: number } },
    },
    stop: { id: 2, response: number },
  },
});

const LIMITS = { maxInboxMessages: 3, maxRequestInboxMessages: 3 };
const COUNT = 300;

/** A robot that moves, on both sides, and a way to stop it. */
async function moving(scene: Scene) {
  const [client, server] = await scene.pair(LIMITS);
  const robot = Robot.client(client);
  const messages = Robot.messages(server);
  const move = await robot.move();
  const received = await messages.recvMessage();
  if (received?.name !== "move") throw new Error("No move has come");
  /** Asks for a stop and answers it, behind all that was sent before. */
  const stop = async (): Promise<void> => {
    const stopping = robot.stop();
    const message = await messages.recvMessage();
    if (message?.name !== "stop") throw new Error("No stop has come");
    await message.request.sendResponse(0);
    assertEquals(await stopping, 0);
  };
  validated.length = 0;
  return { client, server, move, request: received.request, stop };
}

conformance(
  "a slow view of a typed request sees the newest updates, only those are decoded, and a stop is answered",
  async (scene) => {
    const { client, move, request, stop } = await moving(scene);
    const told: number[] = [];
    const angles = move.updates({
      keep: 2,
      onDrop: (dropped) => void told.push(dropped),
    });
    for (let i = 1; i <= COUNT; i++) await request.send.angle(i);
    await stop();
    // That is the answer to the stop.
    assertEquals(validated.splice(0), [0]);
    for (const body of [COUNT - 1, COUNT]) {
      assertEquals((await angles.next()).value, { name: "angle", body });
    }
    assertEquals(validated, [COUNT - 1, COUNT]);
    assertEquals(told, Array.from({ length: COUNT - 2 }, (_, i) => i + 1));
    const { outdatedMessages, droppedMessages } = client.stats();
    assertEquals([outdatedMessages, droppedMessages], [COUNT - 2, 0]);
    await request.sendResponse(1);
    assertEquals((await angles.next()).done, true);
    assertEquals(await move.response(), 1);
  },
);

conformance(
  "a typed handler follows the newest target, and what is dropped may be invalid",
  async (scene) => {
    const { client, server, move, request, stop } = await moving(scene);
    const raw = await client.sendRequest(1, "");
    const messages = Robot.messages(server);
    const received = await messages.recvMessage();
    if (received?.name !== "move") throw new Error("No move has come");
    const targets = received.request.updates({ keep: "latest" });
    await raw.sendUpdate(1, "invalid");
    await raw.sendUpdate(99, "unknown");
    for (let i = 1; i <= COUNT; i++) await raw.sendUpdate(1, `${i}`);
    await stop();
    const { value } = await targets.next();
    assertEquals(value, { name: "target", body: COUNT });
    const { outdatedMessages, errors } = server.stats();
    assertEquals([outdatedMessages, errors], [COUNT + 1, 0]);
    await received.request.sendResponse(1);
    assertEquals((await raw.recvResponse()).text(), "1");
    await request.sendResponse(2);
    assertEquals(await move.response(), 2);
  },
);

conformance(
  "keep holds when the loop is left, and the response comes past what is kept",
  async (scene) => {
    const { client, move, request, stop } = await moving(scene);
    await request.send.angle(1);
    for await (const { body } of move.updates({ keep: "latest" })) {
      assertEquals(body, 1);
      break;
    }
    for (let i = 1; i <= COUNT; i++) await request.send.angle(i);
    await stop();
    await request.sendResponse(5);
    assertEquals(await move.response(), 5);
    const { outdatedMessages, droppedMessages } = client.stats();
    assertEquals([outdatedMessages, droppedMessages], [COUNT - 1, 1]);
  },
);

conformance(
  "the response of a typed request comes within a loop with keep",
  async (scene) => {
    const { move, request, stop } = await moving(scene);
    await request.send.angle(1);
    const seen: number[] = [];
    for await (const { body } of move.updates({ keep: "latest" })) {
      seen.push(body);
      if (body !== 1) continue;
      const response = move.response();
      for (const angle of [2, 3]) await request.send.angle(angle);
      await stop();
      await request.sendResponse(5);
      assertEquals(await response, 5);
    }
    assertEquals(seen, [1, 3]);
  },
);

conformance(
  "options of typed updates are checked at the call",
  async (scene) => {
    const { move, request } = await moving(scene);
    for (const handle of [move, request]) {
      assertThrows(() => handle.updates({ keep: 0 }), RangeError, "keep must");
      assertThrows(() => handle.updates({ onDrop() {} }), TypeError, "onDrop");
      handle.updates({ keep: 2 });
      assertThrows(() => handle.updates({ keep: 3 }), TypeError, "keep: 3");
    }
    move[Symbol.dispose]();
    await rejectsWith("request-closed", () => move.response());
  },
);
