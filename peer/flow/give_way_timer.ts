import type { Clock } from "../../internal/clock.ts";
import { ProgressWatch } from "../../internal/progress_watch.ts";
import type { FlowControl } from "./flow_control.ts";

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
