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
  readonly #channel: Channel<Body>;
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #work: Work;
  readonly #stalled: (error: RpcError) => void;
  // Made when they first begin: each takes 300 bytes.
  #read: ProgressWatch | null = null;
  #write: ProgressWatch | null = null;
  #ended = false;

  /**
   * Makes what watches a connection.
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
    this.#channel = channel;
    this.#clock = clock;
    this.#timeout = timeout;
    this.#work = work;
    this.#stalled = stalled;
  }

  /** A read has brought a part of a message. */
  beginRead(): void {
    if (this.#ended) return;
    this.#read ??= new ProgressWatch(this.#clock, this.#timeout, {
      least: LEAST_READ,
      probe: () =>
        this.#channel.partial && this.#work.isReading()
          ? { work: this.#work.steps(), done: this.#channel.received }
          : null,
      stalled: () => this.#end("didn't finish a message that it began"),
    });
    this.#read.begin();
  }

  /** A write has begun. */
  beginWrite(): void {
    if (this.#ended) return;
    this.#write ??= new ProgressWatch(this.#clock, this.#timeout, {
      least: 1,
      probe: () =>
        this.#work.isWriting()
          ? { work: 0, done: this.#channel.written }
          : null,
      stalled: () => this.#end("took none of the bytes sent to it"),
    });
    this.#write.begin();
  }

  /** Ends both; resolves when no look is under way. */
  async stop(): Promise<void> {
    this.#ended = true;
    await Promise.all([this.#read?.stop(), this.#write?.stop()]);
  }

  #end(what: string): void {
    this.#stalled(stallError(what, this.#timeout));
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
    this.#at = Infinity;
  }
}
