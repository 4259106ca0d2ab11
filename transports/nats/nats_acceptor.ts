import { Queue } from "../../internal/queue.ts";
import { Interrupted } from "../../internal/runtime/errors.ts";
import type { Acceptor } from "../acceptor.ts";
import type { NatsAddr } from "./nats_address.ts";
import { NatsCarrier } from "./nats_carrier.ts";
import type { NatsMessage, NatsSubscription } from "./nats_connection.ts";
import { natsError } from "./nats_error.ts";
import type { NatsLink } from "./nats_link.ts";
import { ACCEPT, isOpen, newInbox, refusal } from "./session.ts";

/** So many clients may wait to be accepted. */
const BACKLOG = 511;

/** What an acceptor works with. */
export interface NatsAcceptorParts<T> {
  /** The connection to NATS. */
  readonly link: NatsLink;
  /** Where it listens. */
  readonly addr: NatsAddr;
  /** The queue group that shares the clients. */
  readonly queue: string;
  /** What the subjects of sessions begin with. */
  readonly inboxPrefix: string | undefined;
  /** Makes a transport of a session. */
  wrap(carrier: NatsCarrier): T;
}

/**
 * Accepts sessions on a subject. A client is answered at once, and what it sends then
 * waits, up to the first window, until it is accepted here.
 *
 * When the connection to NATS is lost, it goes on as soon as the NATS client has found a
 * server again; the sessions have ended. When that connection is closed, or NATS refuses
 * the subject, it has ended too.
 */
export class NatsAcceptor<T> implements Acceptor<T, NatsAddr> {
  readonly addr: NatsAddr;
  readonly #parts: NatsAcceptorParts<T>;
  readonly #backlog: number;
  readonly #waiting = new Queue<NatsCarrier>();
  readonly #subscription: NatsSubscription;
  readonly #forget: () => void;
  /** Why it accepts no more. */
  #end: Error | null = null;
  #accepting: PromiseWithResolvers<void> | null = null;
  #released: Promise<void> | null = null;

  /** Begins to listen. */
  constructor(parts: NatsAcceptorParts<T>, backlog = BACKLOG) {
    const { link, addr, queue } = parts;
    this.addr = addr;
    this.#parts = parts;
    this.#backlog = backlog;
    this.#subscription = link.connection.subscribe(addr.subject, {
      queue,
      callback: (error, message) => {
        if (error === null) this.#onClient(message);
        else this.#stop(natsError(error, "Cannot listen") as Error);
      },
    });
    link.use();
    this.#forget = link.onClosed((error) => this.#stop(error));
  }

  get failure(): Error | null {
    return this.#released === null ? this.#end : null;
  }

  async accept(): Promise<T> {
    for (;;) {
      const carrier = this.#waiting.shift();
      if (carrier !== undefined) return this.#parts.wrap(carrier);
      if (this.#end !== null) throw this.#end;
      this.#accepting = Promise.withResolvers();
      await this.#accepting.promise;
    }
  }

  close(): Promise<void> {
    return this.#released ??= this.#close();
  }

  // The NATS client has no such thing.
  ref(): void {}

  unref(): void {}

  async #close(): Promise<void> {
    this.#stop(new Interrupted("The listener is closed"));
    this.#forget();
    this.#subscription.unsubscribe();
    await Promise.all(
      this.#waiting.drain().map((carrier) => {
        carrier.abort();
        return carrier.close();
      }),
    );
    await this.#parts.link.release();
  }

  #stop(error: Error): void {
    this.#end ??= error;
    this.#wake();
  }

  #onClient({ data, reply = "" }: NatsMessage): void {
    const { link, inboxPrefix } = this.#parts;
    const { connection } = link;
    // Else nobody would get an answer.
    if (reply === "") return;
    if (!isOpen(data)) {
      return connection.publish(reply, refusal("the message opens no session"));
    }
    if (this.#waiting.length >= this.#backlog) {
      return connection.publish(reply, refusal("too many clients wait"));
    }
    const inbox = newInbox(inboxPrefix);
    let carrier: NatsCarrier | null = null;
    const subscription = connection.subscribe(inbox, {
      // If NATS refuses the subject, no packet comes, and the client's heartbeat tells.
      callback: (error, message) => {
        if (error === null) carrier?.receive(message);
      },
    });
    carrier = new NatsCarrier(link, { inbox, outbox: reply, subscription });
    connection.publish(reply, ACCEPT, { reply: inbox });
    this.#waiting.push(carrier);
    this.#wake();
  }

  #wake(): void {
    this.#accepting?.resolve();
    this.#accepting = null;
  }
}
