import type { Clock } from "../internal/clock.ts";
import type { TurnBudget } from "../internal/event_loop.ts";
import type { Body } from "../protocol/body.ts";
import type { Tables } from "./requests/tables.ts";
import type { SharedLimits } from "./shared_limits.ts";

/** What a listener and tests put in place of the parts that a connection makes by itself. */
export interface ConnectionParts<B extends Body> {
  /** What it shares with the other connections of a listener. */
  readonly shared?: SharedLimits | undefined;
  /** Times it. */
  readonly clock?: Clock | undefined;
  /** Bounds what it does in a turn of the event loop. */
  readonly budget?: TurnBudget | undefined;
  /** Keeps its open requests. */
  readonly tables?: Tables<B> | undefined;
}
