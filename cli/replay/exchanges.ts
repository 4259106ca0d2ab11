import { MessageType } from "../../protocol/header.ts";
import type { TracedMessage } from "../capture/trace_event.ts";
import { type Difference, Exchange } from "./exchange.ts";

/** A request that was answered in another way. */
export interface DifferentExchange extends Difference {
  /** Its id. */
  readonly requestId: number;
  /** The service asked for. */
  readonly serviceId: number;
}

/** What has become of the requests of a connection. */
export class Exchanges {
  readonly #withBodies: boolean;
  readonly #onDifference: (difference: DifferentExchange) => void;
  readonly #open = new Map<number, Exchange>();
  /** The requests of the server that have come. */
  readonly #asked = new Set<number>();
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();
  #isOver = false;
  /** Requests that were answered as then. */
  same = 0;
  /** Requests that were answered in another way. */
  different = 0;

  /** Compares the bodies too, unless they differ each time. */
  constructor(
    withBodies: boolean,
    onDifference: (difference: DifferentExchange) => void,
  ) {
    this.#withBodies = withBodies;
    this.#onDifference = onDifference;
  }

  /** A request is about to be sent. */
  begin({ header }: TracedMessage): void {
    // The one before with this id was never answered.
    this.#finish(header.requestId);
    this.#open.set(header.requestId, new Exchange(header.serviceId));
  }

  /** What the server sent then. */
  expect(message: TracedMessage): void {
    const { requestId } = message.header;
    if (!isAnswer(message)) return;
    const exchange = this.#open.get(requestId);
    exchange?.expect(message);
    if (exchange?.isAnswered && exchange.wasAnswered) this.#finish(requestId);
  }

  /** What the server sends now. */
  receive(message: TracedMessage): void {
    const { type, requestId } = message.header;
    if (type === MessageType.Request) this.#asked.add(requestId);
    if (isAnswer(message)) {
      const exchange = this.#open.get(requestId);
      exchange?.receive(message);
      if (exchange?.isAnswered && exchange.wasAnswered) this.#finish(requestId);
    }
    this.#wake();
  }

  /** Nothing more comes. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** A request that was answered then and isn't yet; null if there is none. */
  get awaited(): number | null {
    for (const [id, exchange] of this.#open) {
      if (exchange.wasAnswered && !exchange.isAnswered) return id;
    }
    return null;
  }

  /**
   * Waits until all that was answered then is answered now, and until the server has
   * asked what `answering` answers; or until nothing more comes.
   *
   * @param onWait Is called before each wait, which ends with what it gives, too. The
   * signal fires when that wait is over.
   */
  async ready(
    answering: number | null,
    onWait: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const isReady = (): boolean =>
      this.awaited === null &&
      (answering === null || this.#asked.has(answering));
    while (!this.#isOver && !isReady()) {
      const over = new AbortController();
      try {
        await Promise.race([this.#changed.promise, onWait(over.signal)]);
      } finally {
        over.abort();
      }
    }
  }

  /** Compares what is left. Requests that weren't answered then aren't compared. */
  finish(): void {
    for (const id of [...this.#open.keys()]) this.#finish(id);
  }

  #finish(requestId: number): void {
    const exchange = this.#open.get(requestId);
    if (exchange === undefined) return;
    this.#open.delete(requestId);
    if (!exchange.wasAnswered) return;
    const difference = exchange.difference(this.#withBodies);
    if (difference === null) {
      this.same++;
      return;
    }
    this.different++;
    const { serviceId } = exchange;
    this.#onDifference({ ...difference, requestId, serviceId });
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** Whether a message of the server is for a request of the client. */
function isAnswer({ header: { type } }: TracedMessage): boolean {
  return type === MessageType.Response || type === MessageType.ResponderUpdate;
}
