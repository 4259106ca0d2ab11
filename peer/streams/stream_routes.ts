import type { Body } from "../../protocol/body.ts";
import type { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { checkOwnId } from "../../protocol/service_id.ts";
import type { Counters } from "../counters.ts";
import type { FlowControl } from "../flow/flow_control.ts";
import type { SubscribeOptions } from "./stream_subscription.ts";
import { Subscription } from "./subscription.ts";

/** A stream of an interface. */
export interface NamedStream {
  /** Its id on the wire. */
  readonly id: number;
  /** The name for errors, as in `Camera.joints`. */
  readonly fullName: string;
}

/** What the messages of a stream are for: a server's handlers, or subscriptions of a client. */
export type StreamUse = "served" | "subscribed";

/** What the routes of a connection work with. */
export interface StreamRoutesParts {
  /** Decides when reading pauses. */
  readonly flow: FlowControl;
  /** What is counted. */
  readonly counters: Counters;
  /** Called with what `onDrop` throws. */
  report(error: unknown): void;
}

interface Meaning {
  readonly name: string;
  readonly use: StreamUse;
  /** How many have said so and haven't taken it back. */
  holders: number;
}

/**
 * Where the stream messages of a connection go, by their id: to a subscription,
 * or nowhere, or else to the inbox. On one connection an id has one meaning.
 */
export class StreamRoutes<B extends Body> {
  readonly #parts: StreamRoutesParts;
  /** The ids of interfaces. */
  #meanings: Map<number, Meaning> | null = null;
  /** The subscription of an id; null for one that a client knows and nobody asked for. */
  #routes: Map<number, Subscription<B> | null> | null = null;
  /** Those that hold something or may get something. */
  #subscriptions: Set<Subscription<B>> | null = null;
  #ended: { readonly error: RpcError | null } | null = null;

  /** Sends all messages to the inbox. */
  constructor(parts: StreamRoutesParts) {
    this.#parts = parts;
  }

  /** How many subscriptions haven't ended. */
  get size(): number {
    return this.#subscriptions?.size ?? 0;
  }

  /** Takes a message from the wire; false if it is for the inbox. */
  take(message: Message<B>): boolean {
    // Null where no id has gone anywhere but to the inbox: the one check that others pay.
    const subscription = this.#routes?.get(message.header.serviceId);
    if (subscription === undefined) return false;
    if (subscription !== null) subscription.push(message);
    else {
      this.#parts.counters.droppedMessages++;
      message.body[Symbol.dispose]();
    }
    return true;
  }

  /**
   * Takes the messages of a stream from now on.
   *
   * @throws {RangeError} If the id is no i32, or reserved; if `keep` can't be.
   * @throws {TypeError} If the stream has a subscription, or is served; if `keep`
   * can't be.
   * @throws The reason of the signal, if it has fired.
   */
  subscribe(id: number, options: SubscribeOptions = {}): Subscription<B> {
    checkOwnId(id);
    const meaning = this.#meanings?.get(id);
    const what = describe(id, meaning);
    if (meaning?.use === "served") {
      throw new TypeError(`${what} is served, which takes its messages`);
    }
    if (this.#routes?.get(id)) {
      throw new TypeError(
        `${what} has a subscription already, and each message goes to one: end that first, or hand on what it gives`,
      );
    }
    const { flow, counters, report } = this.#parts;
    const subscription: Subscription<B> = new Subscription<B>(
      id,
      () => flow.messagesOf(id),
      options,
      {
        memory: flow.memory,
        over: () => this.#remove(subscription),
        dropped(messages, figure) {
          counters[figure] += messages;
        },
        report,
      },
    );
    (this.#subscriptions ??= new Set()).add(subscription);
    if (this.#ended !== null) subscription.end(this.#ended.error);
    else this.#set(id, subscription);
    return subscription;
  }

  /**
   * Says what the ids of an interface mean here, all or none. Those that a client
   * knows are dropped and counted while nobody subscribes.
   *
   * @returns A function that takes that back. Without a call of it, it holds until the
   * connection ends.
   * @throws {TypeError} If one of them means something else already.
   */
  declare(streams: Iterable<NamedStream>, use: StreamUse): () => void {
    const declared = [...streams];
    for (const stream of declared) this.#checkMeaning(stream, use);
    for (const { id, fullName: name } of declared) {
      const meanings = this.#meanings ??= new Map();
      const meaning = meanings.get(id) ?? { name, use, holders: 0 };
      meaning.holders++;
      meanings.set(id, meaning);
      if (use === "subscribed" && !this.#routes?.has(id)) this.#set(id, null);
    }
    return () => {
      for (const { id } of declared.splice(0)) this.#release(id);
    };
  }

  /** Nothing more is received; what is there can still be taken. Idempotent. */
  end(error: RpcError | null): void {
    if (this.#ended !== null) return;
    this.#ended = { error };
    for (const subscription of this.#subscriptions ?? []) {
      subscription.end(error);
    }
  }

  /** Drops what nobody has taken. */
  clear(): void {
    for (const subscription of this.#subscriptions ?? []) subscription.clear();
  }

  #checkMeaning({ id, fullName: name }: NamedStream, use: StreamUse): void {
    const meaning = this.#meanings?.get(id);
    if (meaning === undefined) {
      if (use === "served" && this.#routes?.get(id)) {
        throw new TypeError(
          `${name} can't be served: its id is ${id}, and stream ${id} of this connection has a subscription, which takes its messages`,
        );
      }
      return;
    }
    if (meaning.name === name && meaning.use === use) return;
    throw new TypeError(
      `${name} (${use}) and ${meaning.name} (${meaning.use}) are both stream ${id} of this connection, whose messages could be of either: give one of them another id, or use it over a connection of its own`,
    );
  }

  #release(id: number): void {
    const meanings = this.#meanings!;
    const meaning = meanings.get(id)!;
    if (--meaning.holders > 0) return;
    meanings.delete(id);
    if (this.#routes?.get(id) === null) this.#removeRoute(id);
  }

  #set(id: number, subscription: Subscription<B> | null): void {
    (this.#routes ??= new Map()).set(id, subscription);
  }

  #remove(subscription: Subscription<B>): void {
    this.#subscriptions?.delete(subscription);
    const id = subscription.serviceId;
    if (this.#routes?.get(id) !== subscription) return;
    if (this.#meanings?.has(id)) this.#routes.set(id, null);
    else this.#removeRoute(id);
  }

  #removeRoute(id: number): void {
    this.#routes?.delete(id);
    if (this.#routes?.size === 0) this.#routes = null;
  }
}

function describe(id: number, meaning: Meaning | undefined): string {
  return meaning === undefined ? `Stream ${id}` : `${meaning.name} (${id})`;
}
