import { type Program, type Rules, Side } from "./side.ts";

/** Two peers, and what is between them. */
export interface Setting extends Rules {
  readonly programs: readonly [Program, Program];
  /** So many messages fit between the two, in each direction. */
  readonly wireLength: number;
  /** Whether rule 5 holds: a request gives way where nothing else can happen. */
  readonly refuses: boolean;
}

/** What an exploration has found. */
export interface Findings {
  /** So many states can be reached. */
  readonly states: number;
  /** The events that lead to a state in which nothing can happen and not all is done. */
  readonly stuck: readonly string[] | null;
  /** The most that was queued of responses on one side, in bytes. */
  readonly mostReplies: number;
  /** In how many states all is done. */
  readonly done: number;
  /** The most requests of one side that were refused on a way to any state. */
  readonly mostRefused: number;
}

/**
 * Goes through all orders in which things can happen. A way is gone again from its
 * start, as sides can't be copied; only the last of those that a state opens goes on
 * from there.
 */
export function explore(setting: Setting): Findings {
  const seen = new Set<string>();
  const ways: string[][] = [[]];
  let mostReplies = 0;
  let mostRefused = 0;
  let done = 0;
  /** Where the last of the ways leads to, if the sides are there already. */
  let ahead: [Side, Side] | null = null;
  while (ways.length > 0) {
    const way = ways.pop()!;
    const sides: [Side, Side] = ahead ?? go(setting, way);
    ahead = null;
    // Before all else: a state may have been seen on a way on which nothing was refused.
    for (const side of sides) {
      mostReplies = Math.max(mostReplies, side.mostReplies);
      mostRefused = Math.max(mostRefused, side.refused);
    }
    const key = stateKey(setting, sides);
    if (seen.has(key)) continue;
    seen.add(key);
    const events = possible(setting, sides);
    for (const event of events) ways.push([...way, event]);
    const last = events.at(-1);
    if (last !== undefined) {
      apply(sides, last);
      ahead = sides;
      continue;
    }
    if (!sides.every((side) => side.done)) {
      return { states: seen.size, stuck: way, mostReplies, done, mostRefused };
    }
    done++;
  }
  return { states: seen.size, stuck: null, mostReplies, done, mostRefused };
}

function go(setting: Setting, way: readonly string[]): [Side, Side] {
  const { programs: [first, second] } = setting;
  const sides: [Side, Side] = [
    new Side(first, setting),
    new Side(second, setting),
  ];
  for (const event of way) apply(sides, event);
  return sides;
}

function apply(sides: readonly [Side, Side], event: string): void {
  const index = event[0] === "0" ? 0 : 1;
  sides[index].apply(event.slice(2), sides[1 - index]!);
}

/** The name of a state. Where both sides do the same, it doesn't matter which one is which. */
function stateKey(
  { programs }: Setting,
  sides: readonly [Side, Side],
): string {
  const keys = sides.map((side) => side.key);
  if (programs[0] === programs[1]) keys.sort();
  return keys.join("|");
}

function possible(
  { wireLength, refuses }: Setting,
  sides: readonly [Side, Side],
): string[] {
  const events: string[] = [];
  for (const [i, side] of sides.entries()) {
    for (const event of side.events(sides[1 - i]!, wireLength)) {
      events.push(`${i} ${event}`);
    }
  }
  // Time passes where nothing else happens.
  if (events.length === 0 && refuses) {
    for (const [i, side] of sides.entries()) {
      if (side.canRefuse) events.push(`${i} refuse`);
    }
  }
  return events;
}
