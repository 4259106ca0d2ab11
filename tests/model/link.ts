import { scriptedPair } from "../support/scripted_duplex.ts";
import type { ScriptedEnd } from "../support/scripted_duplex.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";
import type { TestTransport } from "../support/transport_under_test.ts";
import type { CutKind, Schedule, SideIndex, WireScript } from "./schedule.ts";
import { WireRules } from "./wire_rules.ts";
import type { PipeScript } from "../support/scripted_pipe.ts";

/** What is between the two sides, as far as a schedule moves it. */
export interface Link {
  readonly transports: readonly [TestTransport, TestTransport];
  /** So many turns in which nothing moves mean that nothing will. */
  readonly patience: number;
  /** How many bytes have moved. */
  readonly moved: number;
  /** Lets a side read so many bytes more. */
  pass(side: SideIndex, bytes: number): void;
  /** Cuts the wire; `side` is the end where it happens. */
  cut(how: CutKind, side: SideIndex): void;
  /** Lets what can happen happen. */
  turn(count: number): Promise<void>;
  /** Looks at what is left when both sides are closed, and lets it go. */
  checkEnd(): void | Promise<void>;
}

/** How long bodies may be. */
export const MAX_BODY_LEN = 300;

const RESET = new Deno.errors.ConnectionReset("Scripted reset");
const GONE = new Deno.errors.BrokenPipe("Scripted broken pipe");

/** Bytes in memory that come and go as a schedule says. */
export function scriptedLink(
  { streams, wires, cut, extensions }: Schedule,
  onCut: (how: CutKind) => void,
): Link {
  const scripts = wires.map((wire, side) => ({
    ...pipeScript(wire),
    ...(cut?.side === side && {
      cutAt: cut.at,
      onCut: () => doCut(cut.how, cut.side),
    }),
  }));
  const ends = scriptedPair(scripts[0], scripts[1]);
  function doCut(how: CutKind, side: SideIndex): void {
    onCut(how);
    cutEnds(ends, how, side);
  }
  const config = {
    maxBodyLenRead: MAX_BODY_LEN,
    maxBodyLenWrite: MAX_BODY_LEN,
  };
  const kind = streams ? "streamTransport" : "ioTransport";
  return {
    transports: [ends[0][kind](config), ends[1][kind](config)],
    patience: 60,
    get moved() {
      return ends[0].input.taken + ends[1].input.taken;
    },
    pass: (side, bytes) => ends[side].input.pass(bytes),
    cut: doCut,
    turn: eventLoopTurns,
    checkEnd() {
      for (const [i, { closes }] of ends.entries()) {
        if (closes === 1) continue;
        throw new Error(`The transport of side ${i} is closed ${closes} times`);
      }
      const rules = ends.map((_end, side) => new WireRules(side, extensions));
      const [left, right] = rules as [WireRules, WireRules];
      left.check(ends[0].output.log);
      right.check(ends[1].output.log);
      left.checkAnswers(right);
      right.checkAnswers(left);
    },
  };
}

function pipeScript({ reads, writeMost, capacity }: WireScript): PipeScript {
  return {
    reads,
    writeMost: writeMost || Infinity,
    capacity: capacity || Infinity,
  };
}

function cutEnds(
  ends: readonly [ScriptedEnd, ScriptedEnd],
  how: CutKind,
  writer: SideIndex,
): void {
  if (how === "loses writes") return ends[writer].output.failWrites(GONE);
  for (const { input } of ends) {
    input.endReads(how === "resets" ? RESET : null);
    if (how === "resets") input.failWrites(GONE);
  }
}
