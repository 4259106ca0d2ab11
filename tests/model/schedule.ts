/** What a step of a schedule does. */
export const ACTIONS = [
  // The side that asks.
  "ask",
  "call",
  "update",
  "readUpdate",
  "readResponse",
  "abort",
  "leave",
  "keepNewest",
  // The side that is asked.
  "take",
  "progress",
  "readRequestUpdate",
  "answer",
  "answerError",
  "drop",
  // Both.
  "stream",
  "abortSend",
  "ping",
  "drain",
  "close",
  "releaseReader",
  "releaseWriter",
  // What is between them.
  "hold",
  "pass",
  "cut",
  "turn",
  "time",
] as const;

/** What a step of a schedule does. */
export type Action = typeof ACTIONS[number];

/** One of the two sides. */
export type SideIndex = 0 | 1;

/** One step of a schedule. */
export interface Step {
  readonly side: SideIndex;
  readonly action: Action;
  /** Which of the requests it is about, counted from the newest; a time in milliseconds; a number of turns. */
  readonly n: number;
  /** The length of a body. */
  readonly length: number;
}

/** What one direction of bytes does: see `PipeScript`. 0 means no limit. */
export interface WireScript {
  readonly reads: readonly number[];
  readonly writeMost: number;
  readonly capacity: number;
}

/** How one side is set up. */
export interface SideSetting {
  /** Whether it takes messages with `serve`, and not one by one. */
  readonly serves: boolean;
  readonly maxOpenSentRequests: number;
  readonly maxOpenReceivedRequests: number;
  readonly maxInboxMessages: number;
  readonly maxRequestInboxMessages: number;
  readonly writeQueueBytes: number;
  readonly replyQueueBytes: number;
}

/** After how many bytes of a direction the wire is cut, and how. */
export interface CutScript {
  readonly side: SideIndex;
  readonly at: number;
  readonly how: CutKind;
}

/** In which ways a wire is cut. */
export const CUT_KINDS = ["ends", "resets", "loses writes"] as const;

/** In which way a wire is cut. */
export type CutKind = typeof CUT_KINDS[number];

/** What happens to two sides and between them, in order. */
export interface Schedule {
  /** Whether the bytes go through web streams. */
  readonly streams: boolean;
  readonly extensions: boolean;
  readonly sides: readonly [SideSetting, SideSetting];
  /** What side 0 writes, and what side 1 writes. */
  readonly wires: readonly [WireScript, WireScript];
  readonly cut: CutScript | null;
  readonly steps: readonly Step[];
}

/** A schedule as text, a line for each step; `parseSchedule` reads it. */
export function formatSchedule({ steps, ...setting }: Schedule): string {
  const lines = steps.map(({ side, action, n, length }) =>
    `${side} ${action} ${n} ${length}`
  );
  return [JSON.stringify(setting), ...lines].join("\n");
}

/** Reads what `formatSchedule` writes. */
export function parseSchedule(text: string): Schedule {
  const [setting = "", ...lines] = text.trim().split("\n");
  const steps = lines.map((line): Step => {
    const [side, action, n, length] = line.trim().split(" ");
    if (!ACTIONS.includes(action as Action)) {
      throw new TypeError(`There is no such step: ${line}`);
    }
    return {
      side: side === "1" ? 1 : 0,
      action: action as Action,
      n: Number(n),
      length: Number(length),
    };
  });
  return { ...JSON.parse(setting), steps };
}
