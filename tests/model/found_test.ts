/** Schedules that have found something, as small as they get. Each fails on the code before its mend. */
import { runSchedule } from "./run_schedule.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";

const SIDE = {
  serves: false,
  maxOpenSentRequests: 0,
  maxOpenReceivedRequests: 0,
  maxInboxMessages: 0,
  maxRequestInboxMessages: 0,
  writeQueueBytes: 0,
  replyQueueBytes: 0,
};
const WIRE = { reads: [], writeMost: 0, capacity: 0 };

/** A schedule over a wire that does nothing special. */
function schedule(steps: string, setting: Partial<Schedule> = {}): Schedule {
  const whole = {
    streams: false,
    extensions: false,
    sides: [SIDE, SIDE],
    wires: [WIRE, WIRE],
    cut: null,
    ...setting,
  };
  return parseSchedule(`${JSON.stringify(whole)}\n${steps.trim()}`);
}

Deno.test("a request that is queued when its side closes is written, so it isn't `not-sent`", async () => {
  await runSchedule(schedule(`
    0 ask 0 0
    0 call 0 0
    0 close 0 0
  `));
});

Deno.test("a request that is being taken when its side closes is refused, and handed over to nobody", async () => {
  // Between the message and the promise of who takes it there are some microtasks.
  for (let microtasks = 0; microtasks < 12; microtasks++) {
    const steps = ["1 ask 0 0", "0 take 0 0"];
    for (let i = 0; i < microtasks; i++) steps.push("0 progress 0 0");
    steps.push("0 close 0 0");
    await runSchedule(schedule(steps.join("\n")));
  }
});

Deno.test("two sides whose only responses are over replyQueueBytes refuse requests after a while", async () => {
  const side = { ...SIDE, maxInboxMessages: 1, replyQueueBytes: 1 };
  const steps = `
    0 call 0 0
    1 call 0 298
    1 ask 1 0
    0 ask 0 0
  `;
  await runSchedule(schedule(steps, {
    sides: [side, side],
    wires: [{ ...WIRE, capacity: 1 }, { ...WIRE, capacity: 10 }],
  }));
});
