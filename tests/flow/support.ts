import { Counters } from "../../peer/counters.ts";
import {
  FlowControl,
  type FlowHooks,
  type FlowLimits,
} from "../../peer/flow/flow_control.ts";
import { LazySignal } from "../../internal/abort.ts";
import type { RequestContext } from "../../peer/requests/request_context.ts";
import { UnclaimedDescriptors } from "../../peer/requests/unclaimed_descriptors.ts";
import { HandClock } from "../support/hand_clock.ts";

const NONE = { messages: Infinity, cost: Infinity };

/** Flow control by itself, and what it has told. */
export class FlowScene {
  readonly flow: FlowControl;
  readonly context: RequestContext;
  readonly clock = new HandClock();
  /** How many calls of this side wait. */
  openCalls = 0;
  /** What is counted. */
  readonly counters = new Counters();
  /** Errors that had nobody else to go to. */
  readonly reported: unknown[] = [];
  /** How often responses were to let go of their bodies. */
  detached = 0;
  /** How often delivery was to go on. */
  delivered = 0;
  /** Called when delivery goes on. */
  onDeliver: () => void = () => {};

  constructor(limits: Partial<FlowLimits> = {}) {
    const hooks: FlowHooks = {
      detachReplies: () => this.detached++,
      deliver: () => {
        this.delivered++;
        this.onDeliver();
      },
      paused: () => {},
      openCalls: () => this.openCalls,
      now: () => this.clock.now(),
    };
    this.flow = new FlowControl({
      inbox: NONE,
      updates: NONE,
      requestUpdates: NONE,
      own: Infinity,
      replies: Infinity,
      refusals: Infinity,
      ...limits,
    }, hooks);
    this.context = {
      flow: this.flow,
      unclaimed: new UnclaimedDescriptors(),
      draining: new LazySignal(),
      counters: this.counters,
      moment: { ms: 0 },
      peer: () => {
        throw new Error("There is no connection");
      },
      report: (error) => this.reported.push(error),
      end: null,
    };
  }
}
