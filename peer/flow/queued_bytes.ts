import { RpcError } from "../../protocol/error.ts";

/**
 * What the queues of several connections hold together, such as those of a
 * listener. When it is over its limit, the connection that holds the most ends,
 * and then the next one, until it isn't any more.
 */
export class QueuedBytes {
  /** What they may hold, in bytes. */
  readonly limit: number;
  readonly #shares = new Set<QueueShare>();
  #held = 0;

  /** Begins with no connection. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** What all of them hold, in bytes. */
  get held(): number {
    return this.#held;
  }

  /**
   * Adds a connection, which holds nothing yet.
   *
   * @param end Ends it. Called in a microtask, as a queue is in the middle of
   * growing when it is found out.
   */
  join(end: (error: RpcError) => void): QueueShare {
    const share = new QueueShare((bytes) => this.#change(bytes), end);
    this.#shares.add(share);
    return share;
  }

  /** Takes a connection out, with what it holds. Idempotent. */
  leave(share: QueueShare): void {
    if (this.#shares.delete(share)) this.#held -= share.held;
    share.leave();
  }

  #change(bytes: number): void {
    this.#held += bytes;
    if (bytes > 0) { while (this.#held > this.limit) this.#endLargest(); }
  }

  #endLargest(): void {
    const actual = this.#held;
    let largest: QueueShare | null = null;
    for (const share of this.#shares) {
      if (largest === null || share.held > largest.held) largest = share;
    }
    const { held } = largest!;
    this.leave(largest!);
    queueMicrotask(() => largest!.end(this.#tooMuch(held, actual)));
  }

  #tooMuch(held: number, actual: number): RpcError {
    return new RpcError(
      "limit-exceeded",
      `All connections of the listener hold ${actual} bytes in queues, over maxTotalQueuedBytes, which is ${this.limit}; this one holds the most, ${held} bytes`,
      { fatal: true, limit: this.limit, actual },
    );
  }
}

/** What the queues of one connection hold. */
export class QueueShare {
  /** Ends the connection. */
  readonly end: (error: RpcError) => void;
  #change: ((bytes: number) => void) | null;
  /** What they hold, in bytes. */
  held = 0;

  /** Begins with nothing. */
  constructor(
    change: (bytes: number) => void,
    end: (error: RpcError) => void,
  ) {
    this.#change = change;
    this.end = end;
  }

  /** They hold so many bytes more, or fewer if it is below 0. */
  add(bytes: number): void {
    if (this.#change === null) return;
    this.held += bytes;
    this.#change(bytes);
  }

  /** From now on nothing counts. */
  leave(): void {
    this.#change = null;
  }
}
