/** The table of a connection's states. */
import { assert, assertEquals } from "@std/assert";
import {
  type ConnectionEvent,
  type ConnectionState,
  nextState,
} from "../../peer/ending/connection_state.ts";

const STATES: readonly ConnectionState[] = [
  "open",
  "draining",
  "half-closed",
  "write-failed",
  "closing",
  "lingering",
  "ended",
  "closed",
];

const EVENTS: readonly ConnectionEvent[] = [
  "drain",
  "close",
  "remote-end",
  "answered",
  "idle",
  "written",
  "read-failed",
  "write-failed",
  "stalled",
  "quiet",
  "late",
  "released",
];

/** What is to be, said once more and by hand. */
const EXPECTED: readonly [ConnectionState, ConnectionEvent, ConnectionState][] =
  [
    ["open", "drain", "draining"],
    ["open", "close", "closing"],
    ["open", "remote-end", "half-closed"],
    ["open", "read-failed", "ended"],
    ["open", "write-failed", "write-failed"],
    ["open", "stalled", "ended"],
    ["draining", "close", "closing"],
    ["draining", "idle", "closing"],
    ["draining", "remote-end", "half-closed"],
    ["draining", "read-failed", "ended"],
    ["draining", "write-failed", "write-failed"],
    ["draining", "stalled", "ended"],
    ["half-closed", "close", "closing"],
    ["half-closed", "answered", "closing"],
    ["half-closed", "write-failed", "ended"],
    ["half-closed", "stalled", "ended"],
    ["write-failed", "close", "ended"],
    ["write-failed", "remote-end", "ended"],
    ["write-failed", "read-failed", "ended"],
    ["write-failed", "quiet", "ended"],
    ["closing", "written", "lingering"],
    ["closing", "write-failed", "ended"],
    ["closing", "stalled", "ended"],
    ["closing", "late", "ended"],
    ["lingering", "remote-end", "ended"],
    ["lingering", "read-failed", "ended"],
    ["lingering", "quiet", "ended"],
    ["lingering", "late", "ended"],
    ["ended", "released", "closed"],
  ];

Deno.test("Each event leads from each state to where it should, or nowhere", () => {
  for (const state of STATES) {
    for (const event of EVENTS) {
      const expected = EXPECTED.find(([from, by]) =>
        from === state && by === event
      );
      assertEquals(
        nextState(state, event),
        expected?.[2] ?? null,
        `${state}, ${event}`,
      );
    }
  }
});

/** Everything that can come after a state. */
function reachable(from: ConnectionState): Set<ConnectionState> {
  const found = new Set<ConnectionState>([from]);
  for (const state of found) {
    for (const event of EVENTS) {
      const next = nextState(state, event);
      if (next !== null) found.add(next);
    }
  }
  return found;
}

Deno.test("Every state reaches closed, and open reaches every state", () => {
  for (const state of STATES) assert(reachable(state).has("closed"), state);
  assertEquals(reachable("open"), new Set(STATES));
});

Deno.test("Nothing leaves closed, and nothing goes back", () => {
  assertEquals(reachable("closed"), new Set(["closed"]));
  for (const state of STATES) {
    for (const event of EVENTS) {
      const next = nextState(state, event);
      assert(next !== state, `${event} leaves ${state} where it is`);
      if (next !== null) assert(!reachable(next).has(state), `${state} again`);
    }
  }
});

Deno.test("Whatever happens to whom, closed is one release away at the end: no event skips ended", () => {
  for (const state of STATES) {
    for (const event of EVENTS) {
      if (nextState(state, event) !== "closed") continue;
      assertEquals([state, event], ["ended", "released"]);
    }
  }
});
