import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Clock } from "../../internal/clock.ts";
import { ProgressWatch } from "../../internal/progress_watch.ts";
import type { Channel } from "../../transports/channel.ts";

/** A message makes progress if a period brings at least this much of it, in bytes. */
const LEAST_READ = 64 * 1024;

/** What a connection says of itself. */
export interface Work {
  /** Whether a read is under way. */
  isReading(): boolean;
  /** Grows with each message that is read, and with each pause. */
  steps(): number;
  /** Whether a write is under way. */
  isWriting(): boolean;
}

/** Watches whether the other side takes what is written, and finishes the messages that it begins. */
export class StallTimeout {
  readonly #read: ProgressWatch;
  readonly #write: ProgressWatch;

  /**
   * Makes the watches of a connection.
   *
   * @param timeout Milliseconds; 0 turns them off.
   * @param stalled Called with the error that ends the connection.
   */
  constructor(
    channel: Channel<Body>,
    clock: Clock,
    timeout: number,
    work: Work,
    stalled: (error: RpcError) => void,
  ) {
    const end = (what: string): void => stalled(stallError(what, timeout));
    this.#read = new ProgressWatch(clock, timeout, {
      least: LEAST_READ,
      probe: () =>
        channel.partial && work.isReading()
          ? { work: work.steps(), done: channel.received }
          : null,
      stalled: () => end("didn't finish a message that it began"),
    });
    this.#write = new ProgressWatch(clock, timeout, {
      least: 1,
      probe: () => work.isWriting() ? { work: 0, done: channel.written } : null,
      stalled: () => end("took none of the bytes sent to it"),
    });
  }

  /** A read has brought a part of a message. */
  beginRead(): void {
    this.#read.begin();
  }

  /** A write has begun. */
  beginWrite(): void {
    this.#write.begin();
  }

  /** Ends both; resolves when no look is under way. */
  async stop(): Promise<void> {
    await Promise.all([this.#read.stop(), this.#write.stop()]);
  }
}

function stallError(what: string, limit: number): RpcError {
  return new RpcError(
    "limit-exceeded",
    `The other side ${what} for ${limit} ms, which is stallTimeout`,
    { fatal: true, side: "remote", limit },
  );
}

/** Calls back when the shortest of several times is over. Keeps the program alive until then. */
export class GraceTimer {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  /** When it calls back. */
  #at = Infinity;
  #forget: (() => void) | null = null;

  /** Makes one that doesn't run. */
  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** Calls back in so many milliseconds, unless it does so earlier. */
  start(ms: number): void {
    const at = this.#clock.now() + ms;
    if (at >= this.#at) return;
    this.stop();
    this.#at = at;
    this.#forget = this.#clock.start(this.#onOver, ms, true);
  }

  /** Forgets it. */
  stop(): void {
    this.#forget?.();
    this.#forget = null;
  }
}
