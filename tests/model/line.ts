import { equals } from "@std/bytes";
import { numberedBody } from "../support/bodies/numbered_body.ts";

/** What an application must not see. */
export class Forbidden extends Error {
  override readonly name = "Forbidden";
}

/**
 * What is known of a message of this side:
 *
 * - sending: its send hasn't settled
 * - accepted: the send has resolved
 * - refused: the send has failed, and says that nothing was sent
 * - lost: the send has failed with the connection
 */
export type SendState = "sending" | "accepted" | "refused" | "lost";

/** A message that one side sends. Its number is its service id, and gives its body. */
export class SentMessage {
  readonly number: number;
  readonly length: number;
  state: SendState = "sending";
  delivered = false;
  /** A later message of the same line was delivered, so that this one can't be any more. */
  skipped = false;
  /** Whether the other side may drop it: it had taken nothing when this was sent. */
  mayBeDropped = false;

  constructor(number: number, length: number) {
    this.number = number;
    this.length = length;
  }

  /** The application of the other side gets it. */
  deliver(body: Uint8Array, serviceId: number = this.number): void {
    const what = `Message ${this.number}`;
    if (this.delivered) throw new Forbidden(`${what} comes twice`);
    if (this.skipped) throw new Forbidden(`${what} comes out of order`);
    if (this.state === "refused") {
      throw new Forbidden(`${what} comes, though its send was refused`);
    }
    if (serviceId !== this.number) {
      throw new Forbidden(`${what} comes with service id ${serviceId}`);
    }
    this.checkBody(body);
    this.delivered = true;
  }

  /** Fails unless a body is the one that was sent. */
  checkBody(body: Uint8Array): void {
    if (equals(body, numberedBody(this.number, this.length))) return;
    throw new Forbidden(
      `The body of message ${this.number} has changed: ${body.length} of ${this.length} bytes`,
    );
  }

  /** Its send settles. */
  settle(state: Exclude<SendState, "sending">): void {
    this.state = state;
    if (state === "refused" && this.delivered) {
      throw new Forbidden(
        `The send of message ${this.number} is refused, though it has come`,
      );
    }
    this.checkNotSkipped();
  }

  /** Fails if it was accepted, and the other side has got later ones without it. */
  checkNotSkipped(): void {
    if (this.state !== "accepted" || !this.skipped) return;
    if (this.mayBeDropped) return;
    throw new Forbidden(
      `Message ${this.number} was accepted, and later ones come without it`,
    );
  }
}

/** Messages that arrive in the order in which they are sent. */
export class Line {
  readonly messages: SentMessage[] = [];
  /** Whether the other side keeps only the newest: all others may be dropped. */
  keepsNewest = false;
  #taken = 0;

  /** The sending side sends one. */
  send(number: number, length: number): SentMessage {
    const message = new SentMessage(number, length);
    this.messages.push(message);
    return message;
  }

  /** The application of the other side gets the next one. */
  take(number: number, body: Uint8Array): void {
    const { messages } = this;
    const at = messages.findIndex((message) => message.number === number);
    if (at === -1) {
      throw new Forbidden(`Message ${number} comes where it was not sent`);
    }
    messages[at]!.deliver(body);
    for (; this.#taken < at; this.#taken++) {
      const missing = messages[this.#taken]!;
      missing.skipped = true;
      if (this.keepsNewest) missing.mayBeDropped = true;
      missing.checkNotSkipped();
    }
    this.#taken = at + 1;
  }

  /** The other side takes messages from now on: what it had no use for before may be gone. */
  beginsToTake(): void {
    for (const message of this.messages) message.mayBeDropped = true;
  }

  /** The accepted messages that were not delivered. */
  get missing(): number[] {
    const newest = this.messages
      .findLast(({ state }) => state === "accepted");
    return this.messages
      .filter((message) => !this.keepsNewest || message === newest)
      .filter(({ state, delivered, mayBeDropped }) =>
        state === "accepted" && !delivered && !mayBeDropped
      )
      .map(({ number }) => number);
  }
}
