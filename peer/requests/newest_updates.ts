import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { type KeepRule, tellDropped } from "../../internal/check_options.ts";
import { NewestQueue } from "../../internal/queue.ts";
import type { RequestContext } from "./request_context.ts";

/**
 * The newest updates of a request, where older ones are dropped. Flow control
 * doesn't count them: they are never more than the rule says, so reading needn't
 * pause for them.
 */
export class NewestUpdates<B extends Body> {
  readonly #context: RequestContext;
  readonly #rule: KeepRule;
  readonly #messages: NewestQueue<Message<B>>;

  /** Makes an empty one. */
  constructor(context: RequestContext, rule: KeepRule) {
    this.#context = context;
    this.#rule = rule;
    this.#messages = new NewestQueue(rule.limit);
  }

  /** How many updates wait to be taken. */
  get length(): number {
    return this.#messages.length;
  }

  /** Whether an update that waits passes a test. */
  some(test: (message: Message<B>) => boolean): boolean {
    return this.#messages.some(test);
  }

  /** Adds an update, and drops the oldest one if there are too many. */
  push(message: Message<B>): void {
    const oldest = this.#messages.push(message);
    if (oldest !== undefined) this.#drop([oldest]);
  }

  /** Adds several, in order, and drops all that are too many at once. */
  pushAll(messages: readonly Message<B>[]): void {
    const dropped: Message<B>[] = [];
    for (const message of messages) {
      const oldest = this.#messages.push(message);
      if (oldest !== undefined) dropped.push(oldest);
    }
    if (dropped.length > 0) this.#drop(dropped);
  }

  /** Takes the first update; undefined if there is none. */
  shift(): Message<B> | undefined {
    return this.#messages.shift();
  }

  /** Takes all updates, in order. */
  drain(): Message<B>[] {
    return this.#messages.drain();
  }

  /**
   * Checks that another call of `updates()` asks for the same.
   *
   * @throws {TypeError} If it doesn't.
   */
  check(requestId: number, { limit, onDrop }: KeepRule): void {
    const asks = limit !== this.#rule.limit
      ? `keep: ${limit}`
      : onDrop !== undefined && onDrop !== this.#rule.onDrop
      ? "another onDrop"
      : null;
    if (asks === null) return;
    throw new TypeError(
      `updates() of request ${requestId} can't have ${asks}: an earlier call has keep: ${this.#rule.limit}, and that holds, with its onDrop, until the request ends`,
    );
  }

  #drop(messages: readonly Message<B>[]): void {
    const { unclaimed, counters, report } = this.#context;
    for (const { body } of messages) {
      unclaimed.remove(body);
      body[Symbol.dispose]();
    }
    counters.outdatedMessages += messages.length;
    tellDropped(this.#rule.onDrop, this.#messages.dropped, report);
  }
}
