import { type Clock, systemClock } from "../internal/clock.ts";
import { waitAtMost } from "../internal/promises.ts";
import type { ErrorPeer } from "../peer/error_context.ts";
import type { PeerCloseHandle } from "../peer/handles/peer_close_handle.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { Body, StreamBody } from "../protocol/body.ts";

/** What `run` calls for each connection. */
export type ConnectionHandler<B extends Body = StreamBody, I = unknown> = (
  peer: PeerHandle<B, I>,
) => unknown;

/** The handlers of a listener that run, and their peers. */
export class RunningHandlers<B extends Body, I> {
  readonly #onError: (error: unknown, peer: ErrorPeer) => void;
  readonly #clock: Clock;
  /**
   * For each peer, a promise that resolves when its handler has ended and it is
   * closed.
   */
  readonly #running = new Map<PeerCloseHandle, Promise<void>>();

  /**
   * Makes an empty set.
   *
   * @param onError Called with what handlers throw, and their peers.
   */
  constructor(
    onError: (error: unknown, peer: ErrorPeer) => void,
    clock: Clock = systemClock,
  ) {
    this.#onError = onError;
    this.#clock = clock;
  }

  /** Calls a handler with its peer, and closes the peer when the handler ends. */
  start(handler: ConnectionHandler<B, I>, peer: PeerHandle<B, I>): void {
    // The handler may split the peer, which empties this handle.
    const closeHandle = peer.closeHandle();
    const ended = this.#handle(handler, peer)
      .finally(() => this.#running.delete(closeHandle));
    this.#running.set(closeHandle, ended);
  }

  /**
   * Drains the peers. Resolves when they are closed and the handlers have ended, but
   * waits for no handler longer than `grace` milliseconds.
   */
  async drain(grace: number): Promise<void> {
    if (this.#running.size === 0) return;
    const ended = Promise.all(this.#running.values());
    const drained = [...this.#running.keys()]
      .map((handle) => handle.drain({ grace }));
    await Promise.all([waitAtMost(this.#clock, grace, ended), ...drained]);
  }

  async #handle(
    handler: ConnectionHandler<B, I>,
    peer: PeerHandle<B, I>,
  ): Promise<void> {
    // The handler may split the peer, which empties its handle.
    const seen = peer.lendWriter();
    try {
      await handler(peer);
    } catch (error) {
      this.#onError(error, seen);
    }
    await peer[Symbol.asyncDispose]();
  }
}
