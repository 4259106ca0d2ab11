/** That reading is paused while calls wait is said once. */
import { assertEquals } from "@std/assert";
import { tick } from "../../internal/event_loop.ts";
import { PauseNotice } from "../../peer/flow/pause_notice.ts";
import { HandClock } from "../support/hand_clock.ts";
import { FlowScene } from "./support.ts";

const LONG = 20_000;
const STEP = 100;

Deno.test("A pause while calls wait is said once on a connection", async () => {
  const scene = new FlowScene({ inbox: { messages: 1, cost: Infinity } });
  const { flow } = scene;
  const clock = new HandClock();
  const said: unknown[] = [];
  const notice = new PauseNotice(flow, clock, () => 1, (error) => {
    said.push(error);
  });
  flow.hasTaker();
  for (let pauses = 1; pauses <= 3; pauses++) {
    flow.addToInbox(true, 0);
    assertEquals(flow.paused, true);
    notice.begin();
    // In steps, as time that comes late is no evidence.
    for (let time = 0; time < LONG; time += STEP) {
      clock.turn(STEP);
      await tick();
    }
    assertEquals(said.length, 1, `after ${pauses} pauses`);
    flow.removeFromInbox(true, 0);
    notice.begin();
  }
  await notice.stop();
  assertEquals(clock.pending, 0);
});
