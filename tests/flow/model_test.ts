/** Two peers, with the real flow control and inboxes, in all orders in which things can happen. */
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import type { FlowLimits } from "../../peer/flow/flow_control.ts";
import { LONG } from "../support/suite/long.ts";
import { explore, type Setting } from "./model/explore.ts";
import type { ModelMessage, Program } from "./model/side.ts";

/** What a message costs in the model, and a response. */
const MESSAGE = 256;
const RESPONSE = 1000;

const request = (id: number): ModelMessage => ({ type: "request", id });
const update = (id: number): ModelMessage => ({ type: "update", id });
const stream = (id: number): ModelMessage => ({ type: "stream", id });

const PROGRAMS: Record<string, readonly ModelMessage[]> = {
  "calls": [request(1), request(2), request(3)],
  "calls and streams": [request(1), stream(9), request(2), stream(9)],
  "updates": [request(1), update(1), update(1), request(2)],
};

function limits(inbox: number, replies: number): FlowLimits {
  const gauge = { messages: inbox, cost: Infinity };
  return {
    inbox: gauge,
    updates: gauge,
    requestUpdates: { messages: 1, cost: Infinity },
    own: MESSAGE,
    replies,
    refusals: 10 * MESSAGE,
  };
}

function setting(
  sends: readonly ModelMessage[],
  inTurn: boolean,
  replies: number,
  waits = false,
): Setting {
  const program: Program = { sends, inTurn, waits };
  return {
    programs: [program, program],
    limits: limits(1, replies),
    sizes: { request: 0, response: RESPONSE, stream: 0 },
    wireLength: 1,
    refuses: true,
  };
}

for (const [name, sends] of Object.entries(PROGRAMS)) {
  for (const inTurn of [true, false]) {
    for (
      const [replies, waits] of [
        [1, false],
        [1, true],
        [RESPONSE + MESSAGE, false],
        [RESPONSE + MESSAGE, true],
      ] as const
    ) {
      // Calls and streams have the same calls; each is there both ways.
      const isUsual = name === "calls"
        ? replies === 1 && waits !== inTurn
        : waits === inTurn;
      if (!LONG && !isUsual) continue;
      const how = inTurn ? "one after the other" : "at the same time";
      const taking = waits ? "that waits for each" : "that takes what is there";
      Deno.test(`Model: nothing stops, whatever the order: ${name} both ways, answered ${how} by an application ${taking}, replyQueueBytes ${replies}`, () => {
        const found = explore(setting(sends, inTurn, replies, waits));
        assertEquals(found.stuck, null);
        assert(found.done > 0 && found.states > 1000, `${found.states} states`);
        // What is queued, and one response for each handler that runs.
        const most = 4 * replies + 3 * (RESPONSE + MESSAGE);
        assertLessOrEqual(found.mostReplies, most);
      });
    }
  }
}

for (const keeps of [true, false]) {
  const how = keeps ? "with keep, nothing stops" : "without keep, it stops";
  Deno.test(`Model: an application that takes no updates until it is told to stop: ${how}`, () => {
    const sends = [request(1), update(1), update(1), update(1), request(2)];
    const { programs, ...rest } = setting(sends, false, 1);
    const viewer = { stop: 2, keeps };
    const found = explore({
      ...rest,
      programs: [{ ...programs[0], viewer }, { ...programs[1], viewer }],
    });
    assertEquals(found.stuck === null, keeps);
    if (keeps) assert(found.done > 0 && found.states > 1000);
  });
}

Deno.test("Model: with room for a response nobody is refused", () => {
  const replies = RESPONSE + MESSAGE;
  const found = explore(setting(PROGRAMS["calls"]!, true, replies));
  assertEquals([found.stuck, found.mostRefused], [null, 0]);
});

Deno.test("Model: without rule 5 two peers stop whose replyQueueBytes is below one response", () => {
  const sends = PROGRAMS["calls and streams"]!;
  const found = explore({ ...setting(sends, true, 1), refuses: false });
  assert(found.stuck !== null);
});

Deno.test("Model: what is behind a request that gives way goes to the application that waits", () => {
  // A stream message alone fills the inbox, a request doesn't.
  const sends = [request(1), request(2), stream(9), stream(9)];
  const { limits, sizes, ...rest } = setting(sends, true, 1, true);
  const found = explore({
    ...rest,
    limits: { ...limits, inbox: { messages: Infinity, cost: MESSAGE + 1 } },
    sizes: { ...sizes, stream: 1 },
  });
  assertEquals([found.stuck, found.mostRefused], [null, 1]);
});

for (const inTurn of [true, false]) {
  const how = inTurn ? "one after the other" : "at the same time";
  Deno.test(`Model: nothing stops with streams that are subscribed to, whatever the order, answered ${how}`, () => {
    // Stream 8 goes to a subscription, and 9 to the inbox.
    const sends = [stream(8), request(1), stream(8), stream(9), stream(8)];
    const { programs, ...rest } = setting(sends, inTurn, 1);
    const program = { ...programs[0], subscribes: 8 };
    const found = explore({ ...rest, programs: [program, program] });
    assertEquals(found.stuck, null);
    assert(found.done > 0 && found.states > 1000, `${found.states} states`);
  });
}

/** Two sides that have more requests open than the other one takes. */
function refusing(inTurn: boolean, waits: boolean, mark: number): Setting {
  const sends = PROGRAMS["calls"]!;
  const { limits, ...rest } = setting(
    sends,
    inTurn,
    RESPONSE + MESSAGE,
    waits,
  );
  return {
    ...rest,
    limits: { ...limits, refusals: mark },
    maxOpen: { sent: sends.length, received: 1 },
  };
}

for (const inTurn of [true, false]) {
  for (const waits of LONG ? [true, false] : [inTurn]) {
    const how = inTurn ? "one after the other" : "at the same time";
    const taking = waits ? "that waits for each" : "that takes what is there";
    Deno.test(`Model: two sides that refuse each other's requests get on, whatever the order, answered ${how} by an application ${taking}`, () => {
      const most = PROGRAMS["calls"]!.length * MESSAGE;
      const found = explore(refusing(inTurn, waits, most));
      assertEquals(found.stuck, null);
      assert(found.done > 0 && found.states > 1000, `${found.states} states`);
      // A mark below what the other side may have open lets the two stop.
      assert(explore(refusing(inTurn, waits, 0)).stuck !== null);
    });
  }
}
