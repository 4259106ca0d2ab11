import type { Clock } from "../internal/clock.ts";
import type { Body } from "../protocol/body.ts";
import { Backoff } from "./backoff.ts";
import type { LinkedPeer } from "./linked_peer.ts";
import type { ResolvedLinkOptions } from "./link_options.ts";
import { Subchannel, type Target } from "./subchannel.ts";

/** What the connections of a link work with. */
export interface LinkConnectionsParts<B extends Body, I> {
  readonly options: ResolvedLinkOptions<B, I>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called with a new connection before anything can come over it. */
  prepare(linked: LinkedPeer<B, I>): void;
  /** Called when nothing new goes over a connection any more. */
  onLeft(linked: LinkedPeer<B, I>): void;
  /** Called when something has changed. */
  onChange(): void;
}

/** The connections of a link: those that calls go over, and those that still have open requests. */
export class LinkConnections<B extends Body, I> {
  readonly #parts: LinkConnectionsParts<B, I>;
  readonly #subchannels: readonly Subchannel<B, I>[];
  /** What is closing or draining. */
  readonly #ending = new Map<LinkedPeer<B, I>, Promise<void>>();
  #turn = 0;

  /** Doesn't connect yet. */
  constructor(
    targets: readonly Target<B, I>[],
    parts: LinkConnectionsParts<B, I>,
  ) {
    this.#parts = parts;
    const groups = parts.options.strategy === "failover"
      ? [targets]
      : targets.map((target) => [target]);
    this.#subchannels = groups.map((group) => this.#subchannel(group));
  }

  /** What keeps a connection each. */
  get subchannels(): readonly Subchannel<B, I>[] {
    return this.#subchannels;
  }

  /** How many connections are closing or draining. */
  get ending(): number {
    return this.#ending.size;
  }

  /** Begins to connect. */
  start(): void {
    for (const subchannel of this.#subchannels) subchannel.start();
  }

  /** Ends the waits. */
  retryNow(): void {
    for (const subchannel of this.#subchannels) subchannel.retryNow();
  }

  /** The connection for the next call; null if there is none. */
  pick(): LinkedPeer<B, I> | null {
    const { length } = this.#subchannels;
    for (let i = 0; i < length; i++) {
      const index = (this.#turn + i) % length;
      const { linked } = this.#subchannels[index]!;
      if (linked === null) continue;
      this.#turn = (index + 1) % length;
      return linked;
    }
    return null;
  }

  /** Makes no new calls over a connection, and lets what is open there finish. */
  leave(linked: LinkedPeer<B, I>, error: unknown): void {
    if (linked.left) return;
    for (const subchannel of this.#subchannels) {
      subchannel.leave(linked, error);
    }
    this.#end(linked, () => linked.writer.drain());
  }

  /** Closes all, at once. */
  async close(): Promise<void> {
    for (const subchannel of this.#subchannels) {
      const linked = subchannel.close();
      if (linked !== null) this.#closeLinked(linked);
    }
    for (const linked of [...this.#ending.keys()]) this.#closeLinked(linked);
    await this.#ended();
  }

  /** Closes all, when what is open has finished. */
  async drain(grace: number | undefined): Promise<void> {
    for (const subchannel of this.#subchannels) {
      const linked = subchannel.close();
      if (linked === null) continue;
      linked.left = true;
      this.#end(linked, () => linked.writer.drain({ grace }));
    }
    await this.#ended();
  }

  #closeLinked(linked: LinkedPeer<B, I>): void {
    linked.left = true;
    this.#end(linked, () => linked.writer.close());
  }

  async #ended(): Promise<void> {
    await Promise.all(this.#subchannels.map(({ idle }) => idle));
    while (this.#ending.size > 0) await Promise.all(this.#ending.values());
  }

  #end(linked: LinkedPeer<B, I>, end: () => Promise<void>): void {
    // One that can't drain must not stay open, nor fail without anybody to notice.
    const ending = end().catch(() => linked.writer.close());
    const ended: Promise<void> = ending.finally(() => {
      if (this.#ending.get(linked) === ended) this.#ending.delete(linked);
    });
    this.#ending.set(linked, ended);
  }

  #subchannel(targets: readonly Target<B, I>[]): Subchannel<B, I> {
    const { options, clock, random, prepare, onLeft, onChange } = this.#parts;
    const { setup, token, healthCheck, retryFirst, maxAttempts } = options;
    return new Subchannel(targets, {
      clock,
      backoff: new Backoff(options.backoff, random),
      connectTimeout: options.connectTimeout,
      healthyAfter: options.healthyAfter,
      attempts: (everConnected) =>
        everConnected || retryFirst ? maxAttempts : 1,
      token: async () => await token?.() ?? null,
      prepare,
      async setup(linked, signal) {
        if (healthCheck) await linked.writer.ping({ signal });
        if (setup === undefined) return linked.refuseRequests();
        await setup(linked.peer, { address: linked.address, signal });
      },
      onLeft,
      close: (linked) => this.#closeLinked(linked),
      onChange,
    });
  }
}
