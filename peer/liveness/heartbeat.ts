import { RpcError } from "../../protocol/error.ts";
import { type Clock, LONGEST_TIMER } from "../../internal/clock.ts";
import { isInstance } from "../../internal/errors.ts";
import { ProgressWatch } from "../../internal/progress_watch.ts";

/** What a heartbeat sees of its connection, and what it calls. */
export interface HeartbeatEvents extends Writing {
  /** Whether a read is under way, on a connection that doesn't end. */
  isReading(): boolean;
  /** Pings the other side, which may fail. */
  ping(): Promise<unknown>;
  /** The other side gives no sign of life, or can't be asked for one. */
  onEnd(error: RpcError): void;
}

/**
 * Watches whether the other side lives. It is asked when nothing has come for
 * `interval`, and has `timeout` to show that it does: by any byte, or by taking bytes
 * that had to wait. While reading is paused nothing can come, and nothing is judged.
 *
 * The first ping goes out before all else. It tells the other side to send signs of
 * life, so it must be read before the other side can come to pause its reading.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #options: HeartbeatOptions;
  readonly #events: HeartbeatEvents;
  readonly #silence: ProgressWatch;
  readonly #answer: ProgressWatch;
  readonly #writes: BlockedWrites;
  /** Counts the reads. */
  #reads = 0;
  /** When the read that is under way began. */
  #readAt = 0;
  /** Whether the other side has been asked and nothing has come since. */
  #asked = false;

  /** Pings for the first time. */
  constructor(
    clock: Clock,
    options: HeartbeatOptions,
    events: HeartbeatEvents,
  ) {
    this.#clock = clock;
    this.#options = options;
    this.#events = events;
    this.#writes = new BlockedWrites(events);
    this.#silence = new ProgressWatch(clock, options.interval, {
      least: 1,
      probe: () =>
        events.isReading()
          ? { work: this.#reads, done: 0, at: this.#readAt }
          : null,
      stalled: () => this.#ask(),
    });
    this.#answer = new ProgressWatch(clock, options.timeout, {
      least: 1,
      probe: () =>
        this.#asked && events.isReading()
          ? { work: this.#reads, done: this.#writes.look() }
          : null,
      stalled: () => events.onEnd(deadError(options)),
    });
    this.#ping();
  }

  /** A read begins: something has come, or reading was paused and goes on. */
  onRead(): void {
    this.#reads++;
    this.#readAt = this.#clock.now();
    this.#asked = false;
    this.#silence.begin();
  }

  /** Ends it; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    await Promise.all([this.#silence.stop(), this.#answer.stop()]);
  }

  #ask(): void {
    this.#asked = true;
    // Before the ping is written: its own bytes show nothing.
    this.#answer.restart();
    this.#ping();
  }

  async #ping(): Promise<void> {
    try {
      await this.#events.ping();
    } catch (error) {
      // Else the other side would never be told to send signs of life. Any other
      // error is an answer, or that of the connection, which has ended.
      if (!isInstance(error, RpcError)) return;
      if (error.code !== "payload-too-large") return;
      this.#events.onEnd(unfitError(error));
    }
  }
}

function unfitError(cause: RpcError): RpcError {
  const { limit, actual } = cause;
  return new RpcError(
    "payload-too-large",
    `A heartbeat needs pings of ${actual} bytes, and maxBodyLenWrite is ${limit}`,
    { fatal: true, cause, limit, actual },
  );
}

function deadError({ interval, timeout }: HeartbeatOptions): RpcError {
  return new RpcError(
    "connection-aborted",
    `The other side gives no sign of life: nothing has come for ${interval} ms, which is heartbeat.interval, and for ${timeout} ms more after a ping, which is heartbeat.timeout`,
    { fatal: true, side: "remote", limit: timeout },
  );
}

/** What says whether bytes are taken. */
export interface Writing {
  /** Whether a write is under way. */
  isWriting(): boolean;
  /** How many bytes have been taken so far. */
  written(): number;
}

/**
 * Tells whether the other side takes bytes. Only a write that had to wait and got on
 * shows that: what goes out at once has filled a buffer of this system's, and such a
 * buffer takes bytes for a long time when nobody reads them any more.
 */
export class BlockedWrites {
  readonly #writing: Writing;
  #wasWriting = false;
  #written = 0;
  #gotOn = 0;

  /** Looks at the writes of a connection. */
  constructor(writing: Writing) {
    this.#writing = writing;
  }

  /** Looks, and gives how many looks so far have seen a write that got on since the one before. */
  look(): number {
    const written = this.#writing.written();
    if (this.#wasWriting && written > this.#written) this.#gotOn++;
    this.#wasWriting = this.#writing.isWriting();
    this.#written = written;
    return this.#gotOn;
  }
}

/**
 * When the other side of a connection is taken for gone: `interval` after the last
 * byte has come it is asked, and `timeout` after that the connection ends.
 *
 * @example
 * ```ts
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const heartbeat = { interval: 1000, timeout: 1000 };
 * const [a, b] = MemoryTransport.pair();
 * await using peer = Peer.spawn(a, { heartbeat });
 * await using _other = Peer.spawn(b); // needs no option
 * await peer.ping();
 * ```
 */
export interface HeartbeatOptions {
  /** After so many milliseconds in which nothing has come, the other side is asked. At least 10. */
  readonly interval: number;
  /** If nothing comes for so many milliseconds more, the connection ends. At least 10. */
  readonly timeout: number;
}

/** Shorter ones would say more about the event loop than about the other side; in milliseconds. */
const SHORTEST = 10;

/**
 * Checks the times of a heartbeat.
 *
 * @throws {RangeError} If one is no number from 10 to 2^31 - 1.
 */
export function checkHeartbeat(
  { interval, timeout }: HeartbeatOptions,
): HeartbeatOptions {
  checkTime("heartbeat.interval", interval);
  checkTime("heartbeat.timeout", timeout);
  return { interval, timeout };
}

function checkTime(name: string, ms: number): void {
  if (typeof ms === "number" && ms >= SHORTEST && ms <= LONGEST_TIMER) return;
  throw new RangeError(
    `${name} must be a number of milliseconds from ${SHORTEST} to ${LONGEST_TIMER}, got ${ms}`,
  );
}
