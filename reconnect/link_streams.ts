import type { Body } from "../protocol/body.ts";
import type { Message } from "../protocol/message.ts";
import type { NamedStream, StreamUse } from "../peer/streams/stream_routes.ts";
import type {
  StreamSubscription,
  SubscribeOptions,
} from "../peer/streams/stream_subscription.ts";
import { Hopeless } from "./hopeless.ts";
import type { LinkedPeer } from "./linked_peer.ts";
import { LinkSubscription } from "./link_subscription.ts";

/** What the streams of a link work with. */
export interface LinkStreamsParts<B extends Body, I> {
  /** A connection, if there is one. */
  pick(): LinkedPeer<B, I> | null;
  /** Called when a connection turns out to have ended. */
  onEnded(linked: LinkedPeer<B, I>, error: unknown): void;
  /** Gets what functions of the application throw. */
  report(error: unknown): void;
}

/** The streams that arrive at a link: what is said of them, and the subscriptions to them. */
export class LinkStreams<B extends Body, I> {
  readonly #parts: LinkStreamsParts<B, I>;
  readonly #declared = new Map<
    number,
    { readonly stream: NamedStream; readonly use: StreamUse; holders: number }
  >();
  readonly #subscriptions = new Map<number, LinkSubscription<B, I>>();
  #ended: { readonly error: unknown } | null = null;

  /** There are none yet. */
  constructor(parts: LinkStreamsParts<B, I>) {
    this.#parts = parts;
  }

  /** How many subscriptions there are. */
  get size(): number {
    return this.#subscriptions.size;
  }

  /**
   * Says what streams of interfaces are for, on the present connection and all that
   * follow.
   *
   * @returns Takes that back.
   * @throws {TypeError} If one of them has the id of another one.
   */
  declare(streams: Iterable<NamedStream>, use: StreamUse): () => void {
    const added = [...streams];
    for (const { id, fullName } of added) {
      const other = this.#declared.get(id);
      if (other === undefined) continue;
      if (other.stream.fullName === fullName && other.use === use) continue;
      throw new TypeError(
        `${fullName} and ${other.stream.fullName} are both stream ${id} of this link, whose messages could be of either: give one of them another id, or use it over a link of its own`,
      );
    }
    const release = this.#parts.pick()?.writer.declareStreams(added, use);
    for (const stream of added) {
      const declared = this.#declared.get(stream.id) ??
        { stream, use, holders: 0 };
      declared.holders++;
      this.#declared.set(stream.id, declared);
    }
    return () => {
      release?.();
      for (const { id } of added.splice(0)) this.#release(id);
    };
  }

  #release(id: number): void {
    const declared = this.#declared.get(id);
    if (declared !== undefined && --declared.holders === 0) {
      this.#declared.delete(id);
    }
  }

  /** Subscribes to a stream; see `Link.subscribe`. */
  subscribe(
    id: number,
    options: SubscribeOptions,
  ): StreamSubscription<Message<B>> {
    const name = this.#declared.get(id)?.stream.fullName ?? `Stream ${id}`;
    if (this.#subscriptions.has(id)) {
      throw new TypeError(
        `${name} has a subscription already, and each message goes to one: end that first, or hand on what it gives`,
      );
    }
    const subscription: LinkSubscription<B, I> = new LinkSubscription<B, I>(
      id,
      options,
      {
        over: () => void this.#subscriptions.delete(id),
        ended: (linked, error) =>
          this.#parts.onEnded(linked as LinkedPeer<B, I>, error),
        report: this.#parts.report,
      },
    );
    this.#subscriptions.set(id, subscription);
    if (this.#ended !== null) subscription.end(this.#ended.error);
    else this.reattach();
    return subscription;
  }

  /** Gives a new connection to all that need one. */
  attach(linked: LinkedPeer<B, I>): void {
    try {
      for (const { stream, use } of this.#declared.values()) {
        linked.writer.declareStreams([stream], use);
      }
    } catch (error) {
      throw new Hopeless(error);
    }
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.isDetached) subscription.attach(linked);
    }
  }

  /** Gives the present connection to all that need one. */
  reattach(): void {
    for (const subscription of this.#subscriptions.values()) {
      if (!subscription.isDetached) continue;
      const linked = this.#parts.pick();
      if (linked !== null) subscription.attach(linked);
    }
  }

  /** Ends all. */
  end(error: unknown): void {
    this.#ended = { error };
    for (const subscription of this.#subscriptions.values()) {
      subscription.end(error);
    }
    this.#subscriptions.clear();
  }
}
