import type { Work } from "./work.ts";

/** A work, and what it is called. */
export interface NamedWork extends Work {
  readonly name: string;
  /** Whether its p50 says more than its rate. */
  readonly byTime: boolean;
  /** Whether the short form has it. */
  readonly short: boolean;
}

const SMALL = 32;
const KIB = 1024;
/** More than any contestant does within the limit. */
const MANY = 10_000_000;

function calls(
  name: string,
  width: number,
  size: number,
  short = false,
): NamedWork {
  const byTime = width === 1;
  return { name, kind: "calls", count: MANY, width, size, byTime, short };
}

function connections(width: number): NamedWork {
  return {
    name: `${width} connections`,
    kind: "connections",
    count: 20 * width,
    width,
    size: SMALL,
    byTime: false,
    short: false,
  };
}

/** What all contestants are asked to do. */
export const WORKS: readonly NamedWork[] = [
  calls("ping-pong", 1, SMALL, true),
  calls("64 in flight", 64, SMALL),
  calls("256 in flight", 256, SMALL, true),
  calls("10,000 in flight", 10_000, SMALL),
  {
    ...calls("one-way, each awaited", 1, SMALL, true),
    kind: "one-way",
    byTime: false,
  },
  {
    ...calls("100,000 updates", 1, SMALL, true),
    kind: "updates",
    count: 100_000,
    byTime: false,
  },
  calls("1 KiB", 1, KIB),
  calls("64 KiB", 1, 64 * KIB),
  calls("1 MiB", 1, KIB * KIB),
  calls("4 MiB", 1, 4 * KIB * KIB),
  calls("1 MiB, 8 in flight", 8, KIB * KIB),
  connections(100),
  connections(1000),
];
