import { RpcError } from "../../mod.ts";
import type { ConnectionModel } from "./connection_model.ts";
import { Forbidden, Line, SentMessage } from "./line.ts";
import type { SideIndex } from "./schedule.ts";

/** What the application on the asked side has answered. */
export interface Answer {
  /** The service id of a response; -1 for an error. */
  readonly serviceId: number;
  /** The body of a response; null for an error. */
  readonly response: SentMessage | null;
  /** The text of an error. */
  readonly text: string | null;
  /** False once it is known that it wasn't sent. */
  possible: boolean;
}

/** How a request is over for the side that asked. */
export type Ending =
  | "answered"
  | "answered with an error"
  | "aborted"
  | "left"
  | "out of time"
  | "too large"
  | "connection ended";

/** What the model is told of a request when it begins. */
export interface RequestTerms {
  readonly number: number;
  readonly length: number;
  readonly side: SideIndex;
  /** Whether the other side hears of aborts and deadlines. */
  readonly extensions: boolean;
  /** When its time is up. */
  readonly deadline: number;
}

/** What surrounds a request. */
export interface Surroundings {
  readonly connection: ConnectionModel;
  readonly now: () => number;
  readonly maxBodyLen: number;
  /** Whether a side may refuse what is too much for it. */
  readonly isLimited: readonly [boolean, boolean];
}

/**
 * One request, from both sides: the side that asks sees exactly one ending, which
 * what the other side has done, the abort, the clock or the connection must explain.
 */
export class RequestModel {
  readonly request: SentMessage;
  readonly side: SideIndex;
  readonly fromAsker = new Line();
  readonly fromAnswerer = new Line();
  readonly answers: Answer[] = [];
  readonly #terms: RequestTerms;
  readonly #around: Surroundings;
  /** The reason of the abort; null while there is none. */
  aborted: unknown = null;
  /** Whether its handle was disposed. */
  left = false;
  /** Whether the answering side has disposed its handle. */
  dropped = false;
  ending: Ending | null = null;
  /** Where the other side must not have had the request, why. */
  #neverBegan: string | null = null;
  /** Where the other side must have had it, why. */
  #hasBegun: string | null = null;

  constructor(terms: RequestTerms, around: Surroundings) {
    this.#terms = terms;
    this.#around = around;
    this.request = new SentMessage(terms.number, terms.length);
    this.side = terms.side;
  }

  /** Its number, which is its service id. */
  get number(): number {
    return this.#terms.number;
  }

  /** The side that is asked. */
  get answerer(): SideIndex {
    return this.side === 0 ? 1 : 0;
  }

  get #late(): boolean {
    return this.#around.now() >= this.#terms.deadline;
  }

  /** Whether the asking side has ended it before its response. */
  get #endedHere(): boolean {
    return this.aborted !== null || this.left || this.#late;
  }

  /** Whether the other side may be told that it is over. */
  get mayBeCancelled(): boolean {
    return this.#terms.extensions && this.#endedHere;
  }

  /** Whether it was aborted or left, and the other side must hear of it. */
  get mustBeCancelled(): boolean {
    return this.#terms.extensions &&
      (this.ending === "aborted" || this.ending === "left");
  }

  /** The other side's application answers; the body of a response is that of a number. */
  answer(serviceId: number, number: number, length: number): Answer {
    const response = new SentMessage(number, length);
    return this.#addAnswer({ serviceId, response, text: null, possible: true });
  }

  /** The other side's application answers with an error. */
  answerError(text: string): Answer {
    const answer = { serviceId: -1, response: null, text, possible: true };
    return this.#addAnswer(answer);
  }

  #addAnswer(answer: Answer): Answer {
    this.answers.push(answer);
    return answer;
  }

  /** Whether the application may find that the request is over on its side, by more than one answer. */
  mayBeAnswered(except: Answer | null = null): boolean {
    const isAnswered = this.answers.some((answer) =>
      answer !== except && answer.possible
    );
    return isAnswered || this.dropped || this.mayBeCancelled;
  }

  /** Whether the asking side may find that it is over: its response may have come and not been read. */
  get mayBeOver(): boolean {
    const { connection, isLimited } = this.#around;
    return this.ending !== null || this.#endedHere || this.mayBeAnswered() ||
      connection.refuses(this.answerer) ||
      isLimited[this.answerer];
  }

  /** The asking side gets a response. */
  onResponse(serviceId: number, body: Uint8Array): void {
    const answer = this.answers.find(({ serviceId: id, response, possible }) =>
      possible && response !== null && id === serviceId
    );
    if (answer === undefined) {
      this.#forbid(`gets response ${serviceId}, which was not sent`);
    }
    answer!.response!.deliver(body);
    this.#end("answered");
  }

  /** Fails where a response comes in front of updates that were sent before it. */
  checkUpdatesRead(): void {
    const { missing } = this.fromAnswerer;
    if (missing.length === 0) return;
    this.#forbid(`gets its response before its updates ${missing}`);
  }

  /** The asking side gets an error response. */
  onErrorText(text: string): void {
    const why = this.#whyText(text);
    if (why !== null) this.#forbid(`gets "${text}", though ${why}`);
    this.#end("answered with an error");
  }

  /** The asking side's request fails. */
  onFailure(error: unknown): void {
    if (error === this.aborted) return this.#end("aborted");
    if (!(error instanceof RpcError)) return this.#forbid(`fails: ${error}`);
    const { code, outcome, responseText } = error;
    if (outcome === "not-sent" || outcome === "refused") {
      this.#neverBegan = `its outcome is ${outcome} (${error.message})`;
    }
    if (responseText !== undefined) return this.onErrorText(responseText);
    if (code === "request-closed" && this.left) {
      // Or what it had come to before its handle was disposed.
      this.ending ??= "left";
      return;
    }
    if (code === "deadline-exceeded" && this.#late) {
      return this.#end("out of time");
    }
    const { maxBodyLen, connection } = this.#around;
    if (code === "payload-too-large" && this.request.length > maxBodyLen) {
      this.#neverBegan = "it is too large";
      return this.#end("too large");
    }
    if (connection.allows(error)) return this.#end("connection ended");
    this.#forbid(`fails with ${code}: ${error.message}`);
  }

  /** The asking side has disposed its handle. */
  leave(): void {
    this.left = true;
  }

  /** Why the other side can't have sent an error text; null if it can. */
  #whyText(text: string): string | null {
    for (const { text: own, possible } of this.answers) {
      if (possible && own === text) return null;
    }
    const { connection, isLimited } = this.#around;
    const reason = /^([a-z-]+): /.exec(text)?.[1];
    switch (reason) {
      case "failed":
        this.#hasBegun = text;
        if (this.dropped) return null;
        return connection.refuses(this.answerer) ? null : "it wasn't dropped";
      case "unavailable":
        this.#neverBegan = text;
        return connection.refuses(this.answerer)
          ? null
          : "the other side takes requests";
      case "limit-exceeded":
        this.#neverBegan = text;
        return isLimited[this.answerer] ? null : "there is no limit";
      case "deadline-exceeded":
        return this.#late ? null : "its time is not up";
      default:
        return "nobody has sent it";
    }
  }

  #end(ending: Ending): void {
    if (this.ending !== null && this.ending !== ending) {
      this.#forbid(`is ${ending}, after it was ${this.ending}`);
    }
    this.ending = ending;
  }

  #forbid(what: string): void {
    throw new Forbidden(`Request ${this.number} ${what}`);
  }

  /** What must hold when both sides have done all they can, and read all they can. */
  checkEnd(whole: boolean): void {
    const { request } = this;
    if (this.ending === null) this.#forbid("has no ending");
    if (this.#neverBegan !== null && request.delivered) {
      this.#forbid(`was handed over, though ${this.#neverBegan}`);
    }
    if (this.#hasBegun !== null && !request.delivered) {
      this.#forbid(`was not handed over, though it gets "${this.#hasBegun}"`);
    }
    if (this.ending === "connection ended" && whole) {
      this.#forbid("is lost, though the connection is whole");
    }
  }
}
