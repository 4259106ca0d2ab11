import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Channel } from "../../transports/channel.ts";
import type { Clock } from "../../internal/clock.ts";
import { StallWatch } from "./stall_watch.ts";

/** A message that a period brings less of than this makes no progress, in bytes. */
const LEAST_READ = 64 * 1024;

/** What a connection says of itself. */
export interface Work {
  /** Whether a read is under way. */
  reading(): boolean;
  /** How many messages have been read. */
  messages(): number;
  /** Whether a write is under way. */
  writing(): boolean;
}

/** Sees that the other side takes what is written, and finishes the messages that it begins. */
export class Stalls {
  readonly #read: StallWatch;
  readonly #write: StallWatch;

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
    this.#read = new StallWatch(
      clock,
      timeout,
      LEAST_READ,
      () =>
        channel.partial && work.reading()
          ? { work: work.messages(), done: channel.received }
          : null,
      () => end("didn't finish a message that it began"),
    );
    this.#write = new StallWatch(
      clock,
      timeout,
      1,
      () => work.writing() ? { work: 0, done: channel.written } : null,
      () => end("took none of the bytes sent to it"),
    );
    channel.onPartial = () => this.#read.begin();
  }

  /** A write has begun. */
  beginWrite(): void {
    this.#write.begin();
  }

  /** Ends both. */
  stop(): void {
    this.#read.stop();
    this.#write.stop();
  }
}

function stallError(what: string, limit: number): RpcError {
  return new RpcError(
    "limit-exceeded",
    `The other side ${what} for ${limit} ms, which is stallTimeout`,
    { fatal: true, side: "remote", limit },
  );
}
