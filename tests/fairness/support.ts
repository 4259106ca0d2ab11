import {
  immediate,
  TurnBudget,
  type TurnLimits,
} from "../../internal/event_loop.ts";
import type { Clock } from "../../internal/clock.ts";
import {
  PeerHandle,
  type PeerOptions,
  type StreamBody,
  type StreamConfig,
} from "../../mod.ts";
import { Connection } from "../../peer/connection.ts";
import { HandClock } from "../support/hand_clock.ts";
import {
  type ScriptedEnd,
  type ScriptedKind,
  scriptedPair,
} from "../support/scripted_duplex.ts";
import { frame, frames, STREAM } from "../support/scripted_frames.ts";
import type { PipeScript } from "../support/scripted_pipe.ts";

/** So many messages a peer hands on before it asks its budget again. */
export const STEP = 32;

/** Nothing but the budget is to stop it. */
export const UNBOUNDED: PeerOptions = {
  maxInboxMessages: Infinity,
  maxInboxBytes: Infinity,
  maxRequestInboxMessages: Infinity,
  maxRequestInboxBytes: Infinity,
};

/** A budget that notes how much there was between two turns of the event loop. */
export class CountedTurns {
  /** The budget. */
  readonly budget: TurnBudget;
  /** How much the counter grew by between two turns. */
  readonly between: number[] = [];
  #last = 0;

  /**
   * Makes a budget.
   *
   * @param count What is counted.
   */
  constructor(
    limits: TurnLimits,
    count: () => number,
    clock: Clock = new HandClock(),
  ) {
    const turn = async (): Promise<void> => {
      await immediate();
      this.between.push(count() - this.#last);
      this.#last = count();
    };
    this.budget = new TurnBudget(clock, turn, limits, turn);
  }

  /** The largest of them. */
  get most(): number {
    return Math.max(...this.between);
  }
}

/** A peer at a scripted wire, with a budget of the test. */
export class Flooded implements AsyncDisposable {
  readonly connection: Connection<StreamBody, null>;
  readonly peer: PeerHandle;
  readonly wire: ScriptedEnd;

  constructor(
    budget: TurnBudget,
    kind: ScriptedKind,
    config: StreamConfig = {},
    reads: PipeScript = {},
  ) {
    const [here, there] = scriptedPair({}, reads);
    this.connection = new Connection(here[kind](config), UNBOUNDED, {
      budget,
      clock: new HandClock(),
    });
    this.peer = new PeerHandle(this.connection);
    this.wire = there;
    this.connection.start();
  }

  /** How many messages it has handed on. */
  get messages(): number {
    return this.connection.counters.messagesReceived;
  }

  /** Waits until it has handed on so many. */
  async handedOn(messages: number): Promise<void> {
    while (this.messages < messages) await immediate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wire.close();
    await this.peer.close();
  }
}

/** So many stream messages in one piece. */
export function streams(
  count: number,
  body: string | Uint8Array = "",
): Uint8Array<ArrayBuffer> {
  return frames(
    ...Array.from({ length: count }, (_, i) => frame(STREAM, 0, i, body)),
  );
}
