import { unlessAborted } from "../internal/abort.ts";
import type { Clock } from "../internal/clock.ts";
import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { Backoff } from "./backoff.ts";
import { Hopeless, markHopeless } from "./hopeless.ts";
import { LinkedPeer } from "./linked_peer.ts";
import {
  nextState,
  type SubchannelEvent,
  type SubchannelState,
} from "./subchannel_state.ts";

/** Where a connection goes to, and how it is made. */
export interface Target<B extends Body, I> {
  /** What it is called. */
  readonly address: string;
  /** Connects, with the token of the link if that has one. The signal ends that. */
  connect(
    signal: AbortSignal,
    token: string | null,
  ): Promise<PeerHandle<B, I>>;
}

/** What a subchannel works with. */
export interface SubchannelParts<B extends Body, I> {
  readonly clock: Clock;
  /** How long it waits between rounds of its addresses. */
  readonly backoff: Backoff;
  /** How long an attempt may take, in milliseconds. */
  readonly connectTimeout: number;
  /** How long a connection lives before the backoff begins anew, in milliseconds. */
  readonly healthyAfter: number;
  /** How many rounds may fail one after the other. */
  attempts(everConnected: boolean): number;
  /** Gives the token of a new connection. */
  token(): Promise<string | null>;
  /** Called with a new connection before anything can come over it. */
  prepare(linked: LinkedPeer<B, I>): void;
  /** Makes a connection ready for calls. */
  setup(linked: LinkedPeer<B, I>, signal: AbortSignal): Promise<void>;
  /** Called when nothing new goes over a connection any more. It may still have open requests. */
  onLeft(linked: LinkedPeer<B, I>): void;
  /** Closes a connection. */
  close(linked: LinkedPeer<B, I>): void;
  /** Called when the state, the error or the time of the next attempt has changed. */
  onChange(): void;
}

/**
 * Keeps one connection: to the first of its addresses that can be reached. When it is
 * gone, the others are tried at once; when all have been tried, it waits.
 */
export class Subchannel<B extends Body, I> {
  readonly #targets: readonly Target<B, I>[];
  readonly #parts: SubchannelParts<B, I>;
  #state: SubchannelState = "connecting";
  /** The address that is tried, or that the connection goes to. */
  #index = 0;
  #attempt: AbortController | null = null;
  /** Resolves when no attempt is under way, nor what ends one. */
  #connecting: Promise<void> = Promise.resolve();
  #linked: LinkedPeer<B, I> | null = null;
  #error: unknown = null;
  #retryAt: number | null = null;
  #stopTimer: (() => void) | null = null;
  #failedRounds = 0;
  #everConnected = false;

  /** Doesn't connect yet. */
  constructor(
    targets: readonly Target<B, I>[],
    parts: SubchannelParts<B, I>,
  ) {
    this.#targets = targets;
    this.#parts = parts;
  }

  /** Its state. */
  get state(): SubchannelState {
    return this.#state;
  }

  /** The connection that calls go over. */
  get linked(): LinkedPeer<B, I> | null {
    return this.#linked;
  }

  /** What the last attempt has failed with, or the last connection has ended with. */
  get error(): unknown {
    return this.#error;
  }

  /** When the next attempt begins, by its clock. */
  get retryAt(): number | null {
    return this.#retryAt;
  }

  /** Resolves when no attempt is under way any more. */
  get idle(): Promise<void> {
    return this.#connecting;
  }

  /** Begins to connect. */
  start(): void {
    this.#connecting = this.#connect();
  }

  /** Ends the wait. */
  retryNow(): void {
    if (!this.#enter("retry")) return;
    this.#clearTimer();
    this.start();
    this.#parts.onChange();
  }

  /**
   * Nothing new goes over its connection: that has ended, or the other side ends it.
   * Another one is made.
   */
  leave(linked: LinkedPeer<B, I>, error: unknown): void {
    if (this.#linked !== linked) return;
    this.#drop(linked);
    this.#goOn(error);
  }

  /** Ends for good. Gives the connection, whose open requests go on. */
  close(): LinkedPeer<B, I> | null {
    const linked = this.#linked;
    if (!this.#enter("close")) return null;
    this.#clearTimer();
    this.#attempt?.abort(closedError());
    this.#attempt = null;
    this.#linked = null;
    return linked;
  }

  #enter(event: SubchannelEvent): boolean {
    const state = nextState(this.#state, event);
    if (state === null) return false;
    this.#state = state;
    return true;
  }

  async #connect(): Promise<void> {
    const { clock, connectTimeout } = this.#parts;
    const attempt = this.#attempt = new AbortController();
    const stop = clock.start(
      () => attempt.abort(tooSlow(connectTimeout)),
      connectTimeout,
      true,
    );
    try {
      await this.#establish(this.#targets[this.#index]!, attempt);
    } catch (error) {
      if (this.#attempt !== attempt) return;
      this.#attempt = null;
      this.#goOn(error);
    } finally {
      stop();
    }
  }

  async #establish(
    target: Target<B, I>,
    attempt: AbortController,
  ): Promise<void> {
    const { signal } = attempt;
    const token = await unlessAborted(this.#parts.token(), signal);
    const peer = await connectTo(target, signal, token);
    const linked = new LinkedPeer(peer, target.address, token);
    let ended: RpcError | null = null;
    const onEnd = (error: RpcError): void => {
      ended = error;
      if (this.#attempt === attempt) attempt.abort(error);
      this.leave(linked, error);
    };
    linked.closed.then((error) => onEnd(error ?? endedError()));
    try {
      this.#parts.prepare(linked);
      await unlessAborted(this.#parts.setup(linked, signal), signal);
      signal.throwIfAborted();
      if (ended !== null) throw ended;
    } catch (error) {
      linked.left = true;
      this.#parts.onLeft(linked);
      this.#parts.close(linked);
      throw error;
    }
    this.#attempt = null;
    this.#use(linked);
  }

  #use(linked: LinkedPeer<B, I>): void {
    const { clock, healthyAfter, backoff, onChange } = this.#parts;
    this.#enter("established");
    this.#linked = linked;
    this.#everConnected = true;
    this.#error = null;
    this.#stopTimer = clock.start(() => {
      this.#failedRounds = 0;
      backoff.reset();
    }, healthyAfter);
    onChange();
  }

  #drop(linked: LinkedPeer<B, I>): void {
    this.#clearTimer();
    linked.left = true;
    this.#linked = null;
    this.#parts.onLeft(linked);
  }

  /** Tries the next address, or waits if all have been tried, or gives up. */
  #goOn(failed: unknown): void {
    const { clock, backoff, attempts, onChange } = this.#parts;
    const error = markHopeless(failed, false);
    const isHopeless = error instanceof Hopeless;
    this.#error = isHopeless ? error.error : error;
    if (isHopeless) {
      this.#enter("close");
      return onChange();
    }
    this.#index++;
    if (this.#index < this.#targets.length) {
      this.#enter("next");
      this.start();
      return onChange();
    }
    this.#index = 0;
    this.#failedRounds++;
    if (this.#failedRounds >= attempts(this.#everConnected)) {
      this.#enter("close");
      return onChange();
    }
    this.#enter("exhausted");
    const wait = backoff.next();
    this.#retryAt = clock.now() + wait;
    this.#stopTimer = clock.start(() => this.retryNow(), wait, true);
    onChange();
  }

  #clearTimer(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    this.#retryAt = null;
  }
}

/** Connects; a connection that comes too late is closed. */
async function connectTo<B extends Body, I>(
  target: Target<B, I>,
  signal: AbortSignal,
  token: string | null,
): Promise<PeerHandle<B, I>> {
  signal.throwIfAborted();
  const connecting = target.connect(signal, token);
  try {
    return await unlessAborted(connecting, signal);
  } catch (error) {
    connecting.then((peer) => peer.close(), () => {});
    throw error;
  }
}

function tooSlow(timeout: number): RpcError {
  return new RpcError(
    "deadline-exceeded",
    `There is no connection that is set up after ${timeout} ms (connectTimeout). If it is setup that takes so long: it must not wait for what ends with the connection, such as serve`,
    { limit: timeout, outcome: "not-sent" },
  );
}

function endedError(): RpcError {
  return new RpcError("connection-closed", "The connection has ended", {
    fatal: true,
    side: "remote",
    outcome: "not-sent",
  });
}

function closedError(): RpcError {
  return new RpcError("connection-closed", "The link is closed", {
    fatal: true,
    outcome: "not-sent",
  });
}
