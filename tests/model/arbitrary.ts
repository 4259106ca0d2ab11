import fc from "npm:fast-check@4.11.0";
import { MAX_BODY_LEN } from "./link.ts";
import {
  type Action,
  CUT_KINDS,
  type CutScript,
  type Schedule,
  type SideIndex,
  type SideSetting,
  type Step,
  type WireScript,
} from "./schedule.ts";

const SIDE = fc.constantFrom<SideIndex>(0, 1);

/** Short ones, and some on both sides of the limit. */
const LENGTH = fc.oneof(
  { weight: 6, arbitrary: fc.nat(40) },
  { weight: 2, arbitrary: fc.nat(MAX_BODY_LEN) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: MAX_BODY_LEN - 2, max: MAX_BODY_LEN + 1 }),
  },
);

/** How often each action occurs, beside the others. */
const WEIGHTS: Readonly<Record<Action, number>> = {
  ask: 12,
  call: 6,
  update: 6,
  readUpdate: 6,
  readResponse: 5,
  abort: 3,
  leave: 2,
  keepNewest: 1,
  take: 14,
  progress: 8,
  readRequestUpdate: 6,
  answer: 8,
  answerError: 3,
  drop: 2,
  stream: 8,
  abortSend: 1,
  ping: 1,
  drain: 0.5,
  close: 0.5,
  releaseReader: 0.3,
  releaseWriter: 0.3,
  hold: 2,
  pass: 4,
  cut: 0.3,
  turn: 10,
  time: 2,
};

const NTH = fc.nat(4);
const NOTHING = fc.constant(0);

/** What the number of a step means. */
function numberOf(action: Action): fc.Arbitrary<number> {
  switch (action) {
    case "ask":
    case "call":
      // Most have no timeout.
      return fc.oneof(
        { weight: 5, arbitrary: NOTHING },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 100 }) },
      );
    case "turn":
      return fc.integer({ min: 1, max: 3 });
    case "time":
      return fc.integer({ min: 1, max: 100 });
    default:
      return NTH;
  }
}

const WITH_BODY: ReadonlySet<Action> = new Set<Action>([
  "ask",
  "call",
  "update",
  "progress",
  "answer",
  "stream",
  "pass",
]);

function stepOf(action: Action): fc.Arbitrary<Step> {
  return fc.record({
    side: SIDE,
    action: fc.constant(action),
    n: numberOf(action),
    length: WITH_BODY.has(action) ? LENGTH : NOTHING,
  });
}

const STEP: fc.Arbitrary<Step> = fc.oneof(
  ...(Object.entries(WEIGHTS) as [Action, number][]).map((
    [action, weight],
  ) => ({ weight: weight * 10, arbitrary: stepOf(action) })),
);

/** A limit that holds for some sides only; 0 for none. */
function limit(most: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 3, arbitrary: NOTHING },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: most }) },
  );
}

const SIDE_SETTING: fc.Arbitrary<SideSetting> = fc.record({
  serves: fc.boolean(),
  maxOpenSentRequests: limit(4),
  maxOpenReceivedRequests: limit(4),
  maxInboxMessages: limit(3),
  maxRequestInboxMessages: limit(2),
  writeQueueBytes: limit(1000),
  replyQueueBytes: limit(2000),
});

/** How many bytes go at once: mostly several messages, sometimes single bytes. */
const AT_ONCE = fc.oneof(
  { weight: 8, arbitrary: NOTHING },
  { weight: 4, arbitrary: fc.integer({ min: 10, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
);

const WIRE: fc.Arbitrary<WireScript> = fc.record({
  reads: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.integer({ min: 1, max: 60 }), {
        minLength: 1,
        maxLength: 4,
      }),
    },
  ),
  writeMost: AT_ONCE,
  capacity: AT_ONCE,
});

const CUT: fc.Arbitrary<CutScript | null> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      side: SIDE,
      at: fc.nat(600),
      how: fc.constantFrom(...CUT_KINDS),
    }),
  },
);

/** Schedules of up to so many steps. */
export function schedules(maxSteps: number): fc.Arbitrary<Schedule> {
  return fc.record({
    streams: fc.oneof(
      { weight: 5, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    extensions: fc.boolean(),
    sides: fc.tuple(SIDE_SETTING, SIDE_SETTING),
    wires: fc.tuple(WIRE, WIRE),
    cut: CUT,
    steps: fc.array(STEP, { maxLength: maxSteps, size: "max" }),
  });
}
