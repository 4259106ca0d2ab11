import { RpcError } from "../../protocol/error.ts";
import type { Clock } from "../../internal/clock.ts";
import {
  type Progress,
  ProgressWatch,
  type Watched,
} from "../../internal/progress_watch.ts";
import type { FlowControl } from "./flow_control.ts";

/** Reading is paused this long, while calls wait, before that is said; in milliseconds. */
const PERIOD = 5000;

/** Says once that calls wait because reading has been paused for a while. */
export class PauseNotice implements Watched {
  readonly least = 1;
  readonly #flow: FlowControl;
  readonly #clock: Clock;
  readonly #openCalls: () => number;
  readonly #say: (error: RpcError) => void;
  /** Made when reading pauses. */
  #watch: ProgressWatch | null = null;
  /** It has been said, or needn't be any more. */
  #over = false;

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
    this.#flow = flow;
    this.#clock = clock;
    this.#openCalls = openCalls;
    this.#say = say;
  }

  /** Reading has paused. */
  begin(): void {
    if (this.#over) return;
    this.#watch ??= new ProgressWatch(this.#clock, PERIOD, this);
    this.#watch.begin();
  }

  /** Calls that wait while reading is paused. */
  probe(): Progress | null {
    const { paused, pauses } = this.#flow;
    return paused && this.#openCalls() > 0 ? { work: pauses, done: 0 } : null;
  }

  /** Says it. */
  stalled(): void {
    this.#over = true;
    this.#say(pausedError(this.#flow, this.#openCalls()));
  }

  /** Ends it; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#over = true;
    await this.#watch?.stop();
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
export class GiveWayTimer implements Watched {
  readonly least = 1;
  readonly #flow: FlowControl;
  readonly #clock: Clock;
  readonly #period: number;
  readonly #giveWay: () => void;
  /** Made when reading pauses. */
  #watch: ProgressWatch | null = null;
  #ended = false;

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
    this.#flow = flow;
    this.#clock = clock;
    this.#giveWay = giveWay;
    this.#period = stallTimeout === 0
      ? PERIOD_WITHOUT_TIMEOUT
      : stallTimeout * PART;
  }

  /** Reading has paused, or requests are withheld. */
  begin(): void {
    if (this.#ended) return;
    this.#watch ??= new ProgressWatch(this.#clock, this.#period, this);
    this.#watch.begin();
  }

  /** A time of being blocked. */
  probe(): Progress | null {
    const { blocked, blocks } = this.#flow;
    return blocked ? { work: blocks, done: 0 } : null;
  }

  /** Refuses requests, and goes on. */
  stalled(): void {
    this.#giveWay();
    this.begin();
  }

  /** Ends it; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#ended = true;
    await this.#watch?.stop();
  }
}
