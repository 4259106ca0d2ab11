import type { ErrorContext } from "../peer/error_context.ts";
import { checkLeast } from "../internal/check_options.ts";
import { type Clock, systemClock } from "../internal/clock.ts";
import type { Body, StreamBody } from "../protocol/body.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import {
  type BackoffOptions,
  resolveBackoff,
  type ResolvedBackoff,
} from "./backoff.ts";
import type { LinkStatus } from "./link_status.ts";
import type { RetryBudgetOptions } from "./retry_budget.ts";

/** What `setup` knows of a new connection besides the peer. */
export interface SetupContext {
  /** The address that it goes to. */
  readonly address: string;
  /** Fires when the connection ends, or takes too long to be set up. */
  readonly signal: AbortSignal;
}

/** The options of a link. */
export interface LinkOptions<B extends Body = StreamBody, I = unknown> {
  /**
   * Runs on each new connection before calls do: to serve, to authenticate, to take the
   * messages of the other side. What it throws ends the connection, and the next
   * attempt follows. It must not wait for what ends with the connection, such as
   * `serve`: begin that, and return.
   *
   * Without it requests of the other side are refused with `unavailable`.
   */
  setup?:
    | ((peer: PeerHandle<B, I>, context: SetupContext) => unknown)
    | undefined;
  /**
   * Gives a token for each new connection, such as one that expires. It goes with each
   * call as metadata `token`, where the other side is known to be a peer of this
   * library: see `extensions`. A WebSocket hands it over when it connects, too.
   */
  token?: (() => string | Promise<string>) | undefined;
  /** How long an attempt to connect may take, with `setup`, in milliseconds. Default: 10 000. */
  connectTimeout?: number | undefined;
  /**
   * How many attempts may fail one after the other before the link gives up: it ends
   * with the error of the last one. An attempt is a round over all addresses. Default:
   * Infinity.
   */
  maxAttempts?: number | undefined;
  /** Whether the first connection is tried again, too. Default: true. */
  retryFirst?: boolean | undefined;
  /** How long it waits between attempts. */
  backoff?: BackoffOptions | undefined;
  /**
   * How long a connection has to live before the backoff begins anew, in milliseconds.
   * Default: 5000.
   */
  healthyAfter?: number | undefined;
  /** What bounds the calls that are made again. */
  retryBudget?: RetryBudgetOptions | undefined;
  /**
   * With several addresses: `failover` uses the first one that can be reached, and the
   * next one when that is gone; `round-robin` keeps a connection to each, and makes
   * calls over one after the other. Default: `failover`.
   */
  strategy?: "failover" | "round-robin" | undefined;
  /**
   * Whether a new connection counts as one only when the other side has answered a ping,
   * which a peer of the native crate doesn't know. Default: with `heartbeat`.
   */
  healthCheck?: boolean | undefined;
  /** Called with each change of the state; see `Link.onState`. */
  onState?: ((status: LinkStatus) => unknown) | undefined;
  /**
   * How long a `call` may take, where it doesn't say so itself by `timeout`, in
   * milliseconds: with the waiting for a connection. Default: Infinity.
   */
  callTimeout?: number | undefined;
  /** Whether the other side is known to be a peer of this library. Default: false. */
  extensions?: boolean | undefined;
  /**
   * Called with what has nobody else to go to, and with what it belongs to, as for a
   * peer. Default: the console.
   */
  onError?: ((error: unknown, context: ErrorContext) => void) | undefined;
}

/** {@linkcode LinkOptions} with the defaults filled in. */
export interface ResolvedLinkOptions<B extends Body, I>
  extends
    WithDefaults,
    Pick<
      LinkOptions<B, I>,
      "setup" | "token" | "onState" | "onError" | "retryBudget"
    > {
  readonly backoff: ResolvedBackoff;
}

type WithDefaults = {
  readonly [
    K in
      | "connectTimeout"
      | "maxAttempts"
      | "retryFirst"
      | "healthyAfter"
      | "strategy"
      | "healthCheck"
      | "callTimeout"
      | "extensions"
  ]: NonNullable<LinkOptions[K]>;
};

/** What tests put in place of the parts that a link makes by itself. */
export interface LinkParts {
  /** Times it. */
  readonly clock?: Clock | undefined;
  /** Gives numbers from 0 to below 1. */
  readonly random?: (() => number) | undefined;
  /** The time of day, in milliseconds. */
  readonly timeOfDay?: (() => number) | undefined;
  /** Where the event `online` comes from. */
  readonly events?: EventTarget | undefined;
}

/** Fills in the parts that a link makes by itself. */
export function resolveParts(
  parts: LinkParts,
): { readonly [K in keyof LinkParts]-?: NonNullable<LinkParts[K]> } {
  return {
    clock: parts.clock ?? systemClock,
    random: parts.random ?? Math.random,
    timeOfDay: parts.timeOfDay ?? Date.now,
    events: parts.events ?? globalEvents(),
  };
}

/** Where the runtime dispatches its events; Node has none. */
function globalEvents(): EventTarget {
  return "addEventListener" in globalThis ? globalThis : new EventTarget();
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {RangeError} If one is out of its range.
 * @throws {TypeError} If `strategy` is none.
 */
export function resolveLinkOptions<B extends Body, I>(
  options: LinkOptions<B, I> & { readonly heartbeat?: unknown },
): ResolvedLinkOptions<B, I> {
  const { strategy = "failover" } = options;
  if (strategy !== "failover" && strategy !== "round-robin") {
    throw new TypeError(
      `strategy must be "failover" or "round-robin", got ${
        JSON.stringify(strategy)
      }`,
    );
  }
  const number = (
    name: "connectTimeout" | "maxAttempts" | "healthyAfter" | "callTimeout",
    value: number,
    least: number,
  ): number => checkLeast(name, options[name] ?? value, least);
  return {
    ...options,
    strategy,
    connectTimeout: number("connectTimeout", 10_000, 1),
    maxAttempts: number("maxAttempts", Infinity, 1),
    healthyAfter: number("healthyAfter", 5000, 0),
    callTimeout: number("callTimeout", Infinity, 1),
    retryFirst: options.retryFirst ?? true,
    healthCheck: options.healthCheck ?? options.heartbeat !== undefined,
    extensions: options.extensions ?? false,
    backoff: resolveBackoff(options.backoff),
  };
}
