/**
 * The states of what keeps one connection of a link:
 *
 * - connecting: an attempt is under way.
 * - connected: calls can be made.
 * - waiting: the next attempt begins after the backoff.
 * - closed: there are no more attempts.
 */
export type SubchannelState = "connecting" | "connected" | "waiting" | "closed";

/**
 * What happens to it:
 *
 * - established: the connection is there and set up.
 * - next: an attempt has failed, or the connection is gone, and there is another
 *   address to try at once.
 * - exhausted: the same, and all addresses have been tried.
 * - retry: the wait is over.
 * - close: the link ends, or the attempts are used up.
 */
export type SubchannelEvent =
  | "established"
  | "next"
  | "exhausted"
  | "retry"
  | "close";

type Transitions = {
  readonly [S in SubchannelState]: {
    readonly [E in SubchannelEvent]?: SubchannelState;
  };
};

/** What isn't in the table changes nothing: it comes too late. */
const TRANSITIONS: Transitions = {
  "connecting": {
    "established": "connected",
    "next": "connecting",
    "exhausted": "waiting",
    "close": "closed",
  },
  "connected": {
    "next": "connecting",
    "exhausted": "waiting",
    "close": "closed",
  },
  "waiting": { "retry": "connecting", "close": "closed" },
  "closed": {},
};

/** The state after an event; null where the event changes nothing. */
export function nextState(
  state: SubchannelState,
  event: SubchannelEvent,
): SubchannelState | null {
  return TRANSITIONS[state][event] ?? null;
}
