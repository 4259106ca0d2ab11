import { RpcError } from "../../protocol/error.ts";
import type { Clock } from "../../internal/clock.ts";
import { ProgressWatch } from "../../internal/progress_watch.ts";
import type { FlowControl } from "./flow_control.ts";

/** Reading is paused this long, while calls wait, before that is said; in milliseconds. */
const PERIOD = 5000;

/** Says once that calls wait because reading has been paused for a while. */
export class PauseNotice {
  readonly #watch: ProgressWatch;
  #said = false;

  /**
   * Makes one.
   *
   * @param openCalls How many calls of this side wait.
   * @param say Called with what is to be said.
   */
  constructor(
    flow: FlowControl,
    clock: Clock,
    openCalls: () => number,
    say: (error: RpcError) => void,
  ) {
    this.#watch = new ProgressWatch(clock, PERIOD, {
      least: 1,
      probe: () =>
        flow.paused && openCalls() > 0 ? { work: flow.pauses, done: 0 } : null,
      stalled: () => {
        this.#said = true;
        say(pausedError(flow, openCalls()));
      },
    });
  }

  /** Reading has paused. */
  begin(): void {
    if (!this.#said) this.#watch.begin();
  }

  /** Ends it; resolves when nothing of it is left. */
  stop(): Promise<void> {
    return this.#watch.stop();
  }
}

function pausedError({ reading }: FlowControl, calls: number): RpcError {
  const by = reading.paused ? reading.by : "inbox";
  const what = by === "inbox"
    ? "requests and stream messages are not taken (see maxInboxMessages, maxInboxBytes)"
    : by === "replies"
    ? "the other side does not read its refusals (see replyQueueBytes)"
    : "stream" in by
    ? `the messages of stream ${by.stream} are not taken by its subscription (see maxRequestInboxMessages, maxRequestInboxBytes, and keep of subscribe())`
    : `the updates of request ${by.updatesOf} are not taken (see maxRequestInboxMessages, maxRequestInboxBytes, and keep of updates())`;
  return new RpcError(
    "limit-exceeded",
    `Nothing has been read for ${PERIOD} ms, and ${calls} calls wait for their responses: ${what}`,
    { limit: PERIOD },
  );
}

/** The part of `stallTimeout` after which a request gives way. */
const PART = 1 / 10;

/** The period where `stallTimeout` is off, in milliseconds. */
const PERIOD_WITHOUT_TIMEOUT = 3000;

/** The timer of rule 5 of flow control: requests give way after each period of being blocked. */
export class GiveWayTimer {
  readonly #watch: ProgressWatch;

  /**
   * Makes one.
   *
   * @param giveWay Refuses requests.
   */
  constructor(
    flow: FlowControl,
    clock: Clock,
    stallTimeout: number,
    giveWay: () => void,
  ) {
    const period = stallTimeout === 0
      ? PERIOD_WITHOUT_TIMEOUT
      : stallTimeout * PART;
    this.#watch = new ProgressWatch(clock, period, {
      least: 1,
      probe: () => flow.blocked ? { work: flow.blocks, done: 0 } : null,
      stalled: () => {
        giveWay();
        this.begin();
      },
    });
  }

  /** Reading has paused, or requests are withheld. */
  begin(): void {
    this.#watch.begin();
  }

  /** Ends it; resolves when nothing of it is left. */
  stop(): Promise<void> {
    return this.#watch.stop();
  }
}
