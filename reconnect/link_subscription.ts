import { onAbort } from "../internal/abort.ts";
import { isInstance } from "../internal/errors.ts";
import { checkKeep } from "../internal/check_options.ts";
import { promiseTry } from "../internal/promises.ts";
import { Waiters } from "../internal/waiters.ts";
import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import type { Message } from "../protocol/message.ts";
import { checkOwnId } from "../protocol/service_id.ts";
import type {
  StreamSubscription,
  SubscribeOptions,
} from "../peer/streams/stream_subscription.ts";
import type { LinkedPeer } from "./linked_peer.ts";

/** What a subscription tells its link. */
export interface LinkSubscriptionEvents {
  /** It has ended. */
  over(): void;
  /** A connection has ended. */
  ended(linked: LinkedPeer<Body, unknown>, error: unknown): void;
  /** Gets what `onRestart` throws. */
  report(error: unknown): void;
}

type Result<B extends Body> = IteratorResult<Message<B>, undefined>;

interface Part<B extends Body, I> {
  readonly linked: LinkedPeer<B, I>;
  readonly messages: StreamSubscription<Message<B>>;
}

/** The messages of one stream, over one connection after the other. */
export class LinkSubscription<B extends Body, I>
  implements StreamSubscription<Message<B>> {
  readonly #id: number;
  readonly #options: SubscribeOptions;
  readonly #events: LinkSubscriptionEvents;
  /** That of a connection that has ended, as far as it isn't taken, and the present one. */
  readonly #parts: Part<B, I>[] = [];
  readonly #waiters = new Waiters<void>();
  #forgetSignal: (() => void) | null = null;
  #droppedBefore = 0;
  #over = false;
  /** What the last connection has ended with. */
  #lost: RpcError | null = null;
  /** The connection whose messages were read last. */
  #reading: LinkedPeer<B, I> | null = null;
  #end: { readonly error: unknown } | null = null;

  /**
   * Has no connection yet.
   *
   * @throws {RangeError} If the id is no i32, or reserved; if `keep` can't be.
   * @throws {TypeError} If `keep` can't be.
   * @throws The reason of the signal, if it has fired.
   */
  constructor(
    id: number,
    options: SubscribeOptions,
    events: LinkSubscriptionEvents,
  ) {
    checkOwnId(id);
    checkKeep(options);
    this.#id = id;
    this.#options = options;
    this.#events = events;
    const { signal } = options;
    signal?.throwIfAborted();
    if (signal) {
      this.#forgetSignal = onAbort(signal, () => this.#finish());
    }
  }

  /** The id of the stream. */
  get serviceId(): number {
    return this.#id;
  }

  /** How many messages `keep` has dropped so far. */
  get dropped(): number {
    return this.#parts.reduce(
      (sum, { messages }) => sum + messages.dropped,
      this.#droppedBefore,
    );
  }

  /** Whether it has to be given a connection. */
  get isDetached(): boolean {
    const last = this.#parts.at(-1);
    return !this.#over && (last === undefined || last.linked.left);
  }

  /** Goes on with a connection. */
  attach(linked: LinkedPeer<B, I>): void {
    // What comes over one that is left must not hold up the new one. Of those that have
    // ended, only the one that is read is kept: a loop that is slow would get ever more.
    for (const [i, part] of [...this.#parts].entries()) {
      if (i > 0 || !part.linked.ended) this.#leave(part);
    }
    const before = this.dropped;
    const { onDrop, onRestart: _, ...options } = this.#options;
    const messages = linked.writer.subscribe(this.#id, {
      ...options,
      ...(onDrop && { onDrop: (dropped) => onDrop(before + dropped) }),
    });
    this.#parts.push({ linked, messages });
    this.#waiters.resolveAll();
  }

  /** Ends with its link. */
  end(error: unknown): void {
    this.#end ??= { error };
    this.#forgetSignal?.();
    this.#waiters.resolveAll();
  }

  /** Takes the next message; done when it or the link has ended. */
  async next(): Promise<Result<B>> {
    for (;;) {
      const { signal } = this.#options;
      if (signal?.aborted) throw signal.reason;
      if (this.#over) return { done: true, value: undefined };
      const part = this.#parts[0];
      if (part !== undefined) {
        const result = await this.#nextOf(part);
        if (result !== null) return result;
      } else if (this.#end !== null) {
        return this.#endResult(this.#end.error);
      } else await this.#waiters.wait(signal);
    }
  }

  /** Ends it. */
  return(): Promise<Result<B>> {
    this[Symbol.dispose]();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#finish();
    this.#waiters.resolveAll();
  }

  /** The next message of one connection; null if there are no more. */
  async #nextOf(part: Part<B, I>): Promise<Result<B> | null> {
    this.#tellRestart(part);
    let error: RpcError | null = null;
    try {
      const result = await part.messages.next();
      if (!result.done || this.#over) return result;
    } catch (thrown) {
      if (!isInstance(thrown, RpcError) || !thrown.fatal) throw thrown;
      error = thrown;
    }
    // Another call of next() may have found out already.
    if (this.#parts[0] === part) {
      this.#droppedBefore += part.messages.dropped;
      this.#parts.shift();
      this.#lost = error;
      this.#events.ended(part.linked as LinkedPeer<Body, unknown>, error);
    }
    return null;
  }

  #tellRestart({ linked }: Part<B, I>): void {
    if (linked === this.#reading) return;
    const isFirst = this.#reading === null;
    this.#reading = linked;
    const { onRestart } = this.#options;
    if (isFirst || onRestart === undefined) return;
    promiseTry(() => onRestart(this.#lost)).catch(this.#events.report);
  }

  #leave(part: Part<B, I>): void {
    this.#droppedBefore += part.messages.dropped;
    this.#parts.splice(this.#parts.indexOf(part), 1);
    part.messages[Symbol.dispose]();
  }

  #endResult(error: unknown): Result<B> {
    this.#finish();
    if (error !== null) throw error;
    return { done: true, value: undefined };
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#forgetSignal?.();
    for (const part of [...this.#parts]) this.#leave(part);
    this.#events.over();
  }
}
