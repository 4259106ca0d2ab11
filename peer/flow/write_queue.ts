import type { Body } from "../../protocol/body.ts";
import type { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { MessageType } from "../../protocol/message_type.ts";
import type { Channel } from "../../transports/channel.ts";
import { bodyCost } from "../../internal/cost.ts";
import { Queue } from "../../internal/queue.ts";

/** What a message costs in the queue besides its body, in bytes: its head. */
const MESSAGE_COST = 16;

/** What a queue tells and asks the connection. */
export interface WriteQueueHooks {
  /** Called when a write begins. */
  onWrite(): void;
  /** Called when a write has ended. */
  onProgress(): void;
  /** Called once, with what a write failed with. */
  onError(error: unknown): void;
  /** Whether the application is about to send more, so that a write is worth putting off. */
  moreToCome(): boolean;
}

interface Turn {
  /** Called when there is room. */
  run(): void;
  /** Called when there will be no room any more. */
  fail(reason: unknown): void;
}

/**
 * The queue in front of a channel's writing side. One write is in flight at a
 * time and takes all that is queued; what is queued in one turn of the event
 * loop goes out together.
 */
export class WriteQueue<B extends Body> {
  readonly #channel: Channel<B>;
  readonly #messageCost: number;
  readonly #mark: number;
  readonly #hooks: WriteQueueHooks;
  readonly #turns = new Queue<Turn>();
  /** Sends whose bodies are still needed, to be failed when the connection ends. */
  readonly #unsettled = new Set<(error: RpcError) => void>();
  #started = false;
  #scheduled = false;
  #writing = false;
  #broken = false;
  #ended: RpcError | null = null;
  /** Bytes that no write has taken up yet. */
  #waiting = 0;
  #waitingReplies = 0;
  #idle: PromiseWithResolvers<void> | null = null;

  /** Bytes that the channel hasn't written yet. */
  queued = 0;
  /** What the responses of them cost, with their descriptors. */
  replies = 0;

  /**
   * Makes an empty queue.
   *
   * @param mark From so many queued bytes on, `turn` waits.
   */
  constructor(channel: Channel<B>, mark: number, hooks: WriteQueueHooks) {
    this.#channel = channel;
    this.#messageCost = channel.messageCost ?? MESSAGE_COST;
    this.#mark = mark;
    this.#hooks = hooks;
  }

  /** Whether a write is under way. */
  get writing(): boolean {
    return this.#writing;
  }

  /** Whether an application's send must wait for its turn. */
  get full(): boolean {
    return this.queued >= this.#mark || this.#turns.length > 0;
  }

  /** Begins to write. */
  start(): void {
    this.#started = true;
    if (!this.#channel.empty) this.#schedule();
  }

  /**
   * Queues a message, without waiting for room.
   *
   * @returns Null if the body has been copied, else a promise that resolves when it is no longer needed.
   */
  push(message: Message<B>): Promise<void> | null {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const cost = this.#messageCost + message.body.data.length;
    this.queued += cost;
    this.#waiting += cost;
    if (message.header.type === MessageType.Response) {
      const replyCost = this.#messageCost + bodyCost(message.body);
      this.replies += replyCost;
      this.#waitingReplies += replyCost;
    }
    if (this.#channel.copies(message)) {
      this.#channel.push(message);
      this.#schedule();
      return null;
    }
    return new Promise((resolve, reject) => {
      this.#unsettled.add(reject);
      this.#channel.push(message, (error) => {
        // A fatal error comes again, for all sends with the same code.
        if (error?.fatal) return;
        this.#unsettled.delete(reject);
        if (error === undefined) resolve();
        else reject(error);
      });
      this.#schedule();
    });
  }

  /**
   * Waits for room, behind those that wait already, and calls `run` when it is
   * there, before anybody else can take it.
   *
   * @param run Queues something; gives null or a promise as `push` does.
   */
  turn(run: () => Promise<void> | null, signal?: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = (): void => {
        this.#turns.remove(turn);
        reject(signal!.reason);
      };
      const turn: Turn = {
        run() {
          signal?.removeEventListener("abort", abort);
          try {
            resolve(run() ?? undefined);
          } catch (error) {
            reject(error);
          }
        },
        fail(reason) {
          signal?.removeEventListener("abort", abort);
          reject(reason);
        },
      };
      if (!this.full) return turn.run();
      signal?.addEventListener("abort", abort, { once: true });
      this.#turns.push(turn);
    });
  }

  /**
   * Lets go of the bodies of responses, at the price of a copy: reading pauses,
   * and a program that waits for its response to be written would not take what
   * it waits to be taken.
   */
  detach(): void {
    this.#channel.detach?.();
  }

  /** Fails those that wait for room; what is queued goes on. */
  refuse(reason: RpcError): void {
    for (const turn of this.#turns.drain()) turn.fail(reason);
  }

  /** Resolves when all that is queued has been written, or the queue has ended. */
  drained(): Promise<void> {
    if (this.#ended !== null || (this.#channel.empty && !this.#writing)) {
      return Promise.resolve();
    }
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /** Ends the queue: fails all that waits. Idempotent. */
  end(reason: RpcError): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.refuse(reason);
    for (const reject of this.#unsettled) reject(reason);
    this.#unsettled.clear();
    this.queued = 0;
    this.replies = 0;
    this.#idle?.resolve();
  }

  #schedule(): void {
    if (!this.#started || this.#scheduled || this.#writing) return;
    if (this.#broken) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      // A loop that answers message by message gets to its next answer only some
      // microtasks later: without this its first answer goes out alone.
      if (this.#hooks.moreToCome()) setImmediate(() => this.#flush());
      else this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#scheduled = false;
    if (this.#ended !== null) return;
    this.#writing = true;
    try {
      while (!this.#channel.empty && this.#ended === null) {
        const taken = this.#waiting;
        const takenReplies = this.#waitingReplies;
        this.#waiting = 0;
        this.#waitingReplies = 0;
        this.#hooks.onWrite();
        await this.#channel.write();
        if (this.#ended !== null) break;
        this.queued -= taken;
        this.replies -= takenReplies;
        this.#runTurns();
        this.#hooks.onProgress();
      }
      this.#writing = false;
      this.#idle?.resolve();
      this.#idle = null;
    } catch (error) {
      this.#writing = false;
      this.#broken = true;
      if (this.#ended === null) this.#hooks.onError(error);
    }
  }

  #runTurns(): void {
    while (this.#turns.length > 0 && this.queued < this.#mark) {
      this.#turns.shift()!.run();
    }
  }
}
