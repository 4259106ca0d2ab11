import { ConnectionModel } from "./connection_model.ts";
import { Forbidden, Line, type SentMessage } from "./line.ts";
import { RequestModel } from "./request_model.ts";
import type { SideIndex } from "./schedule.ts";

/** What the model has to know of the two sides. */
export interface ModelSetting {
  readonly extensions: boolean;
  readonly maxBodyLen: number;
  /** Whether a side may refuse what is too much for it. */
  readonly isLimited: readonly [boolean, boolean];
  /** The most requests that a side has open for the other one. */
  readonly maxOpenReceived: readonly [number, number];
  readonly now: () => number;
}

/**
 * The protocol as the two applications see it. It is told what both do and get, and
 * throws where one gets what it must not.
 */
export class ProtocolModel {
  readonly connection = new ConnectionModel();
  readonly requests: RequestModel[] = [];
  /** The stream messages of each side. */
  readonly streams: readonly [Line, Line] = [new Line(), new Line()];
  readonly setting: ModelSetting;
  #numbers = 0;

  constructor(setting: ModelSetting) {
    this.setting = setting;
  }

  /** The number of the next message, which no other one has. */
  nextNumber(): number {
    return ++this.#numbers;
  }

  /** A side asks. */
  ask(side: SideIndex, length: number, deadline: number): RequestModel {
    const { extensions } = this.setting;
    const request = new RequestModel(
      { number: this.nextNumber(), length, side, extensions, deadline },
      { ...this.setting, connection: this.connection },
    );
    this.requests.push(request);
    return request;
  }

  /** A side takes its first message. Until then it may drop stream messages, so that its calls go on. */
  beginsToTake(side: SideIndex): void {
    this.streams[side === 0 ? 1 : 0].beginsToTake();
  }

  /** A side gets a request. */
  takeRequest(
    side: SideIndex,
    number: number,
    body: Uint8Array,
  ): RequestModel {
    const request = this.requests.find((request) =>
      request.number === number && request.answerer === side
    );
    if (request === undefined) {
      throw new Forbidden(`Request ${number} comes, which was not sent`);
    }
    request.request.deliver(body);
    const open =
      this.requests.filter((other) =>
        other.answerer === side && other.request.delivered &&
        !other.mayBeAnswered()
      ).length;
    if (open > this.setting.maxOpenReceived[side]) {
      throw new Forbidden(`${open} requests are open, which is over the limit`);
    }
    return request;
  }

  /** A side gets a stream message. */
  takeStream(side: SideIndex, number: number, body: Uint8Array): void {
    this.streams[side === 0 ? 1 : 0].take(number, body);
  }

  /** A send fails; true if the other side may have the message all the same. */
  onSendFailure(
    message: SentMessage,
    error: unknown,
    allowed: { readonly aborted?: unknown; readonly code?: string | null },
  ): void {
    const { code } = error as { code?: string };
    const { connection, setting } = this;
    if (allowed.aborted !== undefined && error === allowed.aborted) {
      return message.settle("refused");
    }
    if (code !== undefined && code === allowed.code) {
      return message.settle("refused");
    }
    if (code === "payload-too-large" && message.length > setting.maxBodyLen) {
      return message.settle("refused");
    }
    if (connection.allows(error)) return message.settle("lost");
    throw new Forbidden(
      `The send of message ${message.number} fails: ${error}`,
    );
  }

  /** What must hold once both sides have done and read all they can, before they close. */
  checkEnd(): void {
    const { connection } = this;
    for (const request of this.requests) request.checkEnd(connection.whole);
    if (!connection.whole) return;
    for (const side of [0, 1] as const) {
      if (connection.deaf[1 - side]) continue;
      const { missing } = this.streams[side];
      if (missing.length === 0) continue;
      throw new Forbidden(`Accepted stream messages have not come: ${missing}`);
    }
  }
}
