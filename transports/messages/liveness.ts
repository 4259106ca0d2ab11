import { type Clock, IdleTimer } from "../../internal/clock.ts";
import { ProgressWatch } from "../../internal/progress_watch.ts";
import { RpcError } from "../../protocol/error.ts";
import type { ResolvedHeartbeat } from "./packet_options.ts";

/** A side is never asked for signs of life more often than this, in milliseconds. */
const SHORTEST = 10;

/** What liveness does to its connection. */
export interface LivenessEvents {
  /** Sends a sign of life. */
  send(): void;
  /** The other side gives no sign of life. */
  onDead(error: RpcError): void;
}

/**
 * Shows the other side that this one lives, if it has asked for that, and watches
 * whether the other side lives, if this side has a heartbeat. Every packet counts.
 *
 * Silence counts only after the first packet of the other side, since a worker may take
 * long to load. It doesn't count while this process stood still itself.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #idle: IdleTimer;
  readonly #silence: ProgressWatch | null;
  readonly #heartbeat: ResolvedHeartbeat | null;
  /** Whether its timer keeps the program alive: a worker that was terminated doesn't. */
  #keepsAlive = true;
  #heard = 0;
  #heardAt = 0;

  /** Makes one that doesn't watch yet. */
  constructor(
    clock: Clock,
    heartbeat: ResolvedHeartbeat | null,
    events: LivenessEvents,
  ) {
    this.#clock = clock;
    this.#heartbeat = heartbeat;
    this.#idle = new IdleTimer(clock, () => events.send());
    const keeping: Clock = {
      now: () => clock.now(),
      start: (callback, ms) => clock.start(callback, ms, this.#keepsAlive),
    };
    this.#silence = heartbeat === null ? null : new ProgressWatch(
      keeping,
      heartbeat.interval + heartbeat.timeout,
      {
        least: 1,
        probe: () => ({ work: 0, done: this.#heard, at: this.#heardAt }),
        stalled: () => events.onDead(deadError(heartbeat)),
      },
    );
  }

  /** After how many milliseconds of silence the other side is to send something. */
  get every(): number {
    const { interval } = this.#heartbeat ?? { interval: 0 };
    return Math.floor(interval / 2);
  }

  /** A packet has come. */
  onPacket(): void {
    if (this.#silence === null) return;
    this.#heard++;
    this.#heardAt = this.#clock.now();
    this.#silence.begin();
  }

  /** A packet is sent. */
  onSend(): void {
    this.#idle.touch();
  }

  /** The other side asks for a sign of life every so many milliseconds; with 0, for none. */
  show(every: number): void {
    if (every > 0) this.#idle.begin(Math.max(every, SHORTEST));
  }

  /** Whether waiting for the other side keeps the program alive. */
  keepAlive(keepsAlive: boolean): void {
    this.#keepsAlive = keepsAlive;
    if (this.#heard > 0) this.#silence?.restart();
  }

  /** Ends it; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#idle.stop();
    await this.#silence?.stop();
  }
}

function deadError(
  { interval, timeout, option }: ResolvedHeartbeat,
): RpcError {
  return new RpcError(
    "connection-aborted",
    `The other side gives no sign of life: nothing has come for ${
      interval + timeout
    } ms, which is ${option}.interval and ${option}.timeout`,
    { fatal: true, side: "remote", limit: interval + timeout },
  );
}
