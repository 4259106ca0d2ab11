/** Options that can't be are refused before anything is started. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  connectToParent,
  type ProcessEvent,
  supervise,
} from "../../supervise/mod.ts";
import { testWith } from "../support/permissions.ts";

const NUMBERS = [
  { stop: { drain: NaN } },
  { stop: { exit: -1 } },
  { stop: { term: "5000" } },
  { readyTimeout: NaN },
  { readyTimeout: 0 },
  { maxAttempts: 0 },
  { healthyAfter: -1 },
  { backoff: { initial: 0 } },
  { backoff: { initial: 2, max: 1 } },
  { retryBudget: { tokens: 0 } },
  { heartbeat: { timeout: 1, interval: 0 } },
  { callTimeout: 0 },
  { maxBodyLenRead: -1 },
];

const WORDS = [
  { socket: "seqpackets" },
  { restart: "sometimes" },
  { restart: true },
  { dieWithParent: "pdeathsignal" },
  { endian: "middle" },
  { address: "nowhere" },
  { command: "deno run" },
];

for (const options of [...NUMBERS, ...WORDS]) {
  testWith("all", `supervise: ${Deno.inspect(options)} is refused`, () => {
    const events: ProcessEvent[] = [];
    assertThrows(
      () =>
        supervise({
          command: [Deno.execPath()],
          onProcess: (event: ProcessEvent) => events.push(event),
          ...options,
        } as never),
      NUMBERS.includes(options as never) ? RangeError : TypeError,
      wrongPart(options),
    );
    assertEquals(events, []);
  });
}

for (
  const [options, type] of [
    [{ socket: "seqpackets" }, TypeError],
    [{ exitTimeout: NaN }, RangeError],
    [{ maxBodyLenRead: -1 }, RangeError],
    [{ socket: "seqpacket", maxFdsRead: 254 }, RangeError],
  ] as const
) {
  Deno.test(`connectToParent: ${Deno.inspect(options)} is refused`, () => {
    // Also where there is no parent, which is a TypeError too.
    assertThrows(
      () => connectToParent(options as never),
      type,
      `${wrongPart(options)} must be`,
    );
  });
}

/** How a message names the option: the last one, with what it belongs to. */
function wrongPart(options: object): string {
  const [name, value] = Object.entries(options).at(-1)!;
  // It names the whole address.
  if (name === "address") return value;
  if (typeof value !== "object") return name;
  return `${name}.${Object.keys(value).at(-1)}`;
}
