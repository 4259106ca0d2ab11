/** A connection beside two that are flooded, over every transport: by count, not by time. */
import { assert, assertEquals } from "@std/assert";
import { PeerHandle } from "../../mod.ts";
import type { StreamBody } from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { immediate, TurnBudget } from "../../internal/event_loop.ts";
import { conformance } from "../support/conformance.ts";
import { HandClock } from "../support/hand_clock.ts";
import { sized } from "../support/suite/long.ts";
import { nextRequest } from "../support/expect.ts";
import { CountedTurns, Flooded, STEP, streams, UNBOUNDED } from "./support.ts";

/** So many turns Deno takes at most before it looks at its sockets, and the reactor at its own. */
const TURNS_TO_IO = 61;
const MESSAGES = 64;
const FLOOD = sized(40_000, 100_000);

conformance("a turn hands on a bounded number of messages", async (scene) => {
  const count = 5000;
  const limits = { free: 32, messages: 128, time: Infinity, rest: STEP };
  const turns = new CountedTurns(
    limits,
    (): number => connection.counters.messagesReceived,
  );
  const [left, right] = await scene.link();
  const connection = new Connection<StreamBody, unknown>(right, UNBOUNDED, {
    budget: turns.budget,
  });
  await using peer = new PeerHandle(connection);
  connection.start();
  const client = scene.spawn(left);
  const sending = (async () => {
    for (let i = 0; i < count; i++) await client.sendStream(i, "");
    await client.close();
  })();
  let next = 0;
  for await (const { kind, ...rest } of peer) {
    assert(kind === "stream" && "message" in rest);
    assertEquals(rest.message.header.serviceId, next++);
  }
  await sending;
  assertEquals(next, count);
  assert(turns.most <= 128 + 2 * STEP, `${turns.most} in a turn`);
  assert(turns.between.length >= count / (128 + 2 * STEP) - 1);
});

conformance(
  "a request is handled within a bounded number of messages of two that are flooded",
  async (scene) => {
    const clock = new HandClock();
    const budget = new TurnBudget(clock, immediate, {
      free: 32,
      messages: MESSAGES,
      time: Infinity,
      rest: STEP,
    });
    const flood = streams(1000);
    await using one = new Flooded(budget, "ioTransport");
    await using other = new Flooded(budget, "ioTransport");
    const flooded = [one, other];
    const handled = (): number => one.messages + other.messages;
    const [left, right] = await scene.link();
    const connection = new Connection<StreamBody, unknown>(right, {}, {
      budget,
    });
    await using server = new PeerHandle(connection);
    connection.start();
    const client = scene.spawn(left);
    // What is first is slower by what is made only then.
    const warm = client.call(1, "");
    await (await nextRequest(server)).request.sendResponse(1, "");
    await warm;
    for (const { wire } of flooded) {
      for (let i = 0; i < FLOOD / 1000; i++) await wire.output.write(flood);
    }
    while (handled() < 2 * MESSAGES) await immediate();
    let worst = 0;
    for (let round = 0; round < sized(1, 3); round++) {
      const before = handled();
      const calling = client.call(1, "");
      const { request } = await nextRequest(server);
      worst = Math.max(worst, handled() - before);
      await request.sendResponse(1, "");
      await calling;
    }
    const unhandled = 2 * FLOOD - handled();
    assert(unhandled > 0, "the flood was over before the last request");
    const most = 2 * TURNS_TO_IO * (MESSAGES + 4 * STEP);
    assert(worst <= most, `${worst} messages of others, ${unhandled} to come`);
    for (const each of flooded) await each.handedOn(FLOOD);
  },
);

Deno.test("A timer goes off while a connection is flooded", async () => {
  const budget = new TurnBudget(new HandClock(), immediate, {
    free: 32,
    messages: MESSAGES,
    time: Infinity,
    rest: STEP,
  });
  await using flooded = new Flooded(budget, "ioTransport");
  await flooded.wire.output.write(streams(FLOOD));
  const { promise, resolve } = Promise.withResolvers<number>();
  setTimeout(() => resolve(flooded.messages), 0);
  assert(await promise < FLOOD, "all of the flood came before the timer");
});
