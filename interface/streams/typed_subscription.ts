import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import type { StreamSubscription } from "../../peer/streams/stream_subscription.ts";
import { namedError } from "../client/named_error.ts";
import { InvalidMessageError } from "../codecs/invalid_message_error.ts";
import type { MessageCodec } from "../codecs/interface_codec.ts";
import type { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";

type Result = IteratorResult<unknown, undefined>;

/** The bodies of a stream of the server. */
export class TypedSubscription implements StreamSubscription<unknown> {
  readonly #messages: StreamSubscription<Message<Body>>;
  readonly #stream: MessageCodec;
  readonly #reporter: InvalidMessageReporter;
  readonly #options: SignalOptions | undefined;

  /** Reads the bodies of messages; `options` are those that they come with. */
  constructor(
    messages: StreamSubscription<Message<Body>>,
    stream: MessageCodec,
    reporter: InvalidMessageReporter,
    options: SignalOptions | undefined,
  ) {
    this.#messages = messages;
    this.#stream = stream;
    this.#reporter = reporter;
    this.#options = options;
  }

  /** The id of the stream. */
  get serviceId(): number {
    return this.#messages.serviceId;
  }

  /** How many messages `keep` has dropped so far. */
  get dropped(): number {
    return this.#messages.dropped;
  }

  /** Takes the next valid body; invalid ones are reported. */
  async next(): Promise<Result> {
    for (;;) {
      const result = await this.#next();
      if (result.done) return result;
      const message = result.value;
      try {
        const value = await this.#stream.body.decodeMessage(message);
        return { done: false, value };
      } catch (error) {
        if (!(error instanceof InvalidMessageError)) throw error;
        await this.#reporter.skipped(error);
      }
    }
  }

  /** Ends it. */
  return(): Promise<Result> {
    this[Symbol.dispose]();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#messages[Symbol.dispose]();
  }

  async #next(): Promise<IteratorResult<Message<Body>, undefined>> {
    try {
      return await this.#messages.next();
    } catch (error) {
      throw namedError(error, this.#stream.fullName, this.#options);
    }
  }
}
