import {
  type PeerReadHandle,
  type ReceivedMessage,
  type ReceivedRequestHandle,
  RpcError,
  type StreamBody,
} from "../../mod.ts";
import { numberedBody } from "../support/bodies/numbered_body.ts";
import { Forbidden } from "./line.ts";
import type { ProtocolModel } from "./protocol_model.ts";
import type { Answer, RequestModel } from "./request_model.ts";
import type { SideIndex } from "./schedule.ts";
import type { Tracker } from "./tracker.ts";

/** A request of the other side. */
interface Received {
  readonly model: RequestModel;
  readonly handle: ReceivedRequestHandle;
  /** Where it is served: gives what the handler returns or throws. */
  readonly result: PromiseWithResolvers<Uint8Array<ArrayBuffer> | void> | null;
  /** Whether the application has answered. */
  answered: boolean;
  /** Whether no update comes any more. */
  isRead: boolean;
}

/** The half of an application that takes and answers, as a schedule says. */
export class Answerer {
  readonly #reader: PeerReadHandle;
  readonly #side: SideIndex;
  readonly #model: ProtocolModel;
  readonly #tracker: Tracker;
  /** For what lasts as long as the connection. */
  readonly #lasting: Tracker;
  readonly #received: Received[] = [];
  readonly #serves: boolean;
  #released = false;
  #hasTaken = false;
  #settling = false;
  #ending = false;
  /** How many of its reads of messages wait. */
  #takes = 0;

  constructor(
    reader: PeerReadHandle,
    side: SideIndex,
    model: ProtocolModel,
    { single, lasting }: {
      readonly single: Tracker;
      readonly lasting: Tracker;
    },
    serves: boolean,
  ) {
    this.#reader = reader;
    this.#side = side;
    this.#model = model;
    this.#tracker = single;
    this.#lasting = lasting;
    this.#serves = serves;
    if (serves) this.#serve();
  }

  /** Releases the read handle. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#model.connection.deaf[this.#side] = true;
    this.#reader[Symbol.dispose]();
  }

  /** Takes the next message. */
  take(then: (more: boolean) => void = () => {}): void {
    if (this.#released || this.#serves) return;
    if (!this.#hasTaken) this.#model.beginsToTake(this.#side);
    this.#hasTaken = true;
    this.#takes++;
    this.#lasting.track(
      `recvMessage of side ${this.#side}`,
      this.#reader.recvMessage(),
      (message) => {
        this.#takes--;
        if (message === null) {
          if (this.#model.connection.whole) {
            throw new Forbidden("The connection ends, though it is whole");
          }
          return then(false);
        }
        this.#onMessage(message);
        then(true);
      },
      (error) => {
        this.#takes--;
        // A reader that is released rejects what waits.
        if (this.#released && error instanceof TypeError) return;
        if (this.#model.connection.allows(error)) return then(false);
        throw new Forbidden(`recvMessage fails: ${error}`);
      },
    );
  }

  /** Sends an update for a request. */
  progress(n: number, length: number): void {
    const received = this.#at(n);
    if (received === null) return;
    const { model, handle } = received;
    const message = model.fromAnswerer.send(this.#model.nextNumber(), length);
    // An answer that begins later goes out behind it.
    const wasAnswered = model.mayBeAnswered();
    const body = numberedBody(message.number, length);
    this.#tracker.track(
      `sendUpdate ${message.number} of received request ${model.number}`,
      handle.sendUpdate(message.number, body),
      () => message.settle("accepted"),
      (error) => {
        const isOver = wasAnswered || model.dropped || model.mayBeCancelled;
        const code = isOver ? "request-closed" : null;
        this.#model.onSendFailure(message, error, { code });
      },
    );
  }

  /** Reads one update of a request. */
  readUpdate(n: number): void {
    const received = this.#at(n);
    if (received !== null) this.#readUpdate(received);
  }

  /** Answers a request. */
  answer(n: number, length: number): void {
    const received = this.#at(n);
    if (received !== null) this.#answer(received, length);
  }

  /** Answers a request with an error. */
  answerError(n: number): void {
    const received = this.#at(n);
    if (received === null) return;
    const text = `no ${this.#model.nextNumber()}`;
    const { model, handle, result } = received;
    if (result !== null) {
      if (received.answered) return;
      received.answered = true;
      model.answerError(text);
      return result.reject(new Error(text));
    }
    const answer = model.answerError(text);
    this.#trackAnswer(received, answer, handle.sendErrorResponse(text));
  }

  /** Disposes the handle of a request. */
  drop(n: number): void {
    const received = this.#at(n);
    if (received === null) return;
    received.model.dropped = true;
    received.handle[Symbol.dispose]();
  }

  /** From now on takes and answers all that comes. */
  settle(): void {
    this.#settling = true;
    for (const received of this.#received) this.#finish(received);
    // What is waiting already takes messages too.
    const more = (): void => this.take((more) => more && this.#more());
    if (this.#takes === 0) more();
  }

  /** Takes what has come before the end. */
  readRest(): void {
    this.#ending = true;
    for (const received of this.#received) {
      if (!received.isRead) this.#readUpdate(received);
    }
  }

  /** What must hold for the requests that were cancelled. */
  checkEnd(): void {
    if (!this.#model.connection.whole) return;
    for (const { model, handle, answered } of this.#received) {
      const isOver = answered || handle.signal.aborted;
      if (!model.mustBeCancelled || isOver || model.dropped) continue;
      throw new Forbidden(
        `The cancelled request ${model.number} hasn't fired its signal`,
      );
    }
  }

  /** How many messages it has been given that wait for `recvMessage`. */
  #more(): void {
    if (this.#takes === 0) this.take((more) => more && this.#more());
  }

  #serve(): void {
    const served = this.#reader.serve({}, {
      stream: ({ header, body }) =>
        this.#tracker.try(() =>
          this.#model.takeStream(this.#side, header.serviceId, body.data)
        ),
      unknown: (handle, body) => {
        const result = Promise.withResolvers<Uint8Array<ArrayBuffer> | void>();
        this.#tracker.try(() => this.#onRequest(handle, body, result));
        return result.promise;
      },
    });
    const what = `serve of side ${this.#side}`;
    this.#lasting.track(what, served, () => {
      const { whole } = this.#model.connection;
      if (whole && !this.#released) {
        throw new Forbidden("serve ends, though the connection is whole");
      }
    }, (error) => {
      throw new Forbidden(`serve fails: ${error}`);
    });
  }

  #onMessage(message: ReceivedMessage): void {
    if (message.kind === "request") {
      this.#onRequest(message.request, message.body, null);
    } else {
      const { header, body } = message.message;
      this.#model.takeStream(this.#side, header.serviceId, body.data);
    }
    if (this.#settling) this.#more();
  }

  #onRequest(
    handle: ReceivedRequestHandle,
    body: StreamBody,
    result: Received["result"],
  ): void {
    const model = this.#model.takeRequest(
      this.#side,
      handle.serviceId,
      body.data,
    );
    const { number } = handle.metadata;
    const sent = this.#model.setting.extensions ? `${model.number}` : undefined;
    if (number !== sent) {
      throw new Forbidden(
        `Request ${model.number} comes with the metadata of ${number}`,
      );
    }
    const received: Received = {
      model,
      handle,
      result,
      answered: false,
      isRead: false,
    };
    this.#received.push(received);
    handle.signal.addEventListener(
      "abort",
      () => this.#tracker.try(() => this.#onSignal(received)),
      { once: true },
    );
    if (this.#settling) this.#finish(received);
    if (this.#ending) this.#readUpdate(received);
  }

  #onSignal(received: Received): void {
    const { model, handle } = received;
    const { reason } = handle.signal;
    if (this.#settling) this.#finish(received);
    if (!(reason instanceof RpcError)) {
      throw new Forbidden(`The signal's reason is ${reason}`);
    }
    if (reason.reason === "canceled" && model.mayBeCancelled) return;
    if (reason.code === "deadline-exceeded" && model.mayBeCancelled) return;
    if (this.#model.connection.allows(reason)) return;
    throw new Forbidden(
      `The signal of request ${model.number} fires: ${reason}`,
    );
  }

  /** Reads what must come for a request, and answers it. */
  #finish(received: Received): void {
    const { model, answered, handle, result } = received;
    if (answered) return;
    if (handle.closed) return result?.resolve();
    const { whole } = this.#model.connection;
    // Its signal fires, and it is answered in the application's place. Until then its
    // updates are read, as they could keep the cancel from being read.
    if (whole && model.mustBeCancelled) return this.#readUpdate(received);
    const ended = model.ending !== null || !whole;
    if (ended || model.fromAsker.missing.length === 0) {
      return this.#answer(received, 5);
    }
    this.#readUpdate(received);
  }

  #readUpdate(received: Received): void {
    const { model, handle } = received;
    this.#tracker.track(
      `recvUpdate of received request ${model.number}`,
      handle.recvUpdate(),
      (update) => {
        if (update !== null) {
          model.fromAsker.take(update.header.serviceId, update.body.data);
          if (this.#settling) this.#finish(received);
          if (this.#ending) this.#readUpdate(received);
          return;
        }
        received.isRead = true;
        if (!model.mayBeAnswered()) {
          throw new Forbidden(
            `The updates of request ${model.number} end before it is answered`,
          );
        }
      },
      (error) => {
        received.isRead = true;
        if (!this.#model.connection.allows(error)) {
          throw new Forbidden(`recvUpdate fails: ${error}`);
        }
        if (this.#settling) this.#finish(received);
      },
    );
  }

  #answer(received: Received, length: number): void {
    const { model, handle, result } = received;
    if (result !== null) {
      if (received.answered) return;
      received.answered = true;
      // Its response has the service id of the request, and so its number.
      const number = this.#model.nextNumber();
      const most = Math.min(length, this.#model.setting.maxBodyLen);
      model.answer(model.number, number, most);
      return result.resolve(numberedBody(number, most));
    }
    const number = this.#model.nextNumber();
    const answer = model.answer(number, number, length);
    const body = numberedBody(number, length);
    this.#trackAnswer(received, answer, handle.sendResponse(number, body));
  }

  #trackAnswer(
    received: Received,
    answer: Answer,
    sent: Promise<void>,
  ): void {
    const { model } = received;
    this.#tracker.track(
      `the answer of request ${model.number}`,
      sent,
      () => received.answered = true,
      (error) => {
        if (this.#settling) this.#finish(received);
        const { code } = error as { code?: string };
        const { connection, setting } = this.#model;
        const isOver = model.mayBeAnswered(answer);
        const tooLarge = (answer.response?.length ?? 0) > setting.maxBodyLen;
        if (code === "request-closed" && isOver) answer.possible = false;
        else if (code === "payload-too-large" && tooLarge) {
          answer.possible = false;
        } else if (!connection.allows(error)) {
          throw new Forbidden(
            `The answer of request ${model.number} fails: ${error}`,
          );
        }
      },
    );
  }

  #at(n: number): Received | null {
    const { length } = this.#received;
    return length === 0 ? null : this.#received[length - 1 - n % length]!;
  }
}
