/**
 * Connections that come back: a {@linkcode Link} keeps a connection to a server that may
 * restart, or to one of several, and makes calls again where that is safe.
 *
 * @example One that reconnects by itself
 * ```ts ignore
 * import { reconnect } from "jsr:@fizyr/rpc/reconnect";
 *
 * await using link = reconnect("tcp://localhost:1337");
 * const response = await link.call(1, "Hello", { timeout: 5000 });
 * console.log(response.text());
 * ```
 *
 * @module
 */
export type { BackoffOptions } from "./backoff.ts";
export { follow, type FollowedRequest, type FollowEvent } from "./follow.ts";
export { Link } from "./link.ts";
export type { LinkStats } from "./link_stats.ts";
export type { LinkOptions, SetupContext } from "./link_options.ts";
export { LinkRequest } from "./link_request.ts";
export type { LinkState, LinkStatus } from "./link_status.ts";
export { type Connect, reconnect, type ReconnectOptions } from "./reconnect.ts";
export type { RetryBudgetOptions } from "./retry_budget.ts";
