import type {
  NatsConnection,
  NatsPublishOptions,
  NatsSubscribeOptions,
  NatsSubscription,
} from "../../transports/nats/nats_connection.ts";
import { Queue } from "../../internal/queue.ts";

/** What was published. */
interface Published {
  readonly subject: string;
  readonly hasHeaders: boolean;
}

/** A connection to a server of NATS that isn't there: the test says what becomes of it. */
export class FakeNats implements NatsConnection {
  readonly info = { max_payload: 8 * 1024 * 1024 };
  readonly published: Published[] = [];
  /** Whether the server reads nothing more. */
  stands = false;
  /** Whether it says that it is closed. */
  isOver = false;
  readonly #states = new Queue<string>();
  #onState: (() => void) | null = null;
  #onFlush: (() => void) | null = null;
  #onPublished: (() => void) | null = null;

  /** Tells that this has become of it. */
  tell(state: "disconnect" | "reconnect" | "close"): void {
    this.#states.push(state);
    this.#onState?.();
  }

  /** Resolves when the next flush begins. */
  get flushing(): Promise<void> {
    return new Promise((resolve) => this.#onFlush = resolve);
  }

  /** Resolves when the next message is published. */
  get nextPublished(): Promise<void> {
    return new Promise((resolve) => this.#onPublished = resolve);
  }

  publish(
    subject: string,
    _payload?: Uint8Array,
    options?: NatsPublishOptions,
  ): void {
    const hasHeaders = options?.headers !== undefined;
    this.published.push({ subject, hasHeaders });
    this.#onPublished?.();
  }

  subscribe(_subject: string, _: NatsSubscribeOptions): NatsSubscription {
    return { unsubscribe() {} };
  }

  flush(): Promise<void> {
    this.#onFlush?.();
    return this.stands ? new Promise(() => {}) : Promise.resolve();
  }

  async *status(): AsyncGenerator<{ readonly type: string }> {
    for (;;) {
      const type = this.#states.shift();
      if (type !== undefined) yield { type };
      else await new Promise<void>((resolve) => this.#onState = resolve);
    }
  }

  close(): Promise<void> {
    this.isOver = true;
    return Promise.resolve();
  }

  closed(): Promise<void> {
    // Nothing that is tested with it waits for that.
    return new Promise(() => {});
  }

  isClosed(): boolean {
    return this.isOver;
  }

  getServer(): string {
    return "fake:4222";
  }
}
