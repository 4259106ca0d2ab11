import type { Work } from "./work.ts";

/** A work, and what it is called. */
export interface NamedWork extends Work {
  readonly name: string;
  /** Whether the short form has it. */
  readonly short: boolean;
}

const SMALL = 32;
const KIB = 1024;
const MIB = KIB * KIB;
/** More than any contestant does within the limit. */
const MANY = 10_000_000;

function calls(
  name: string,
  width: number,
  size: number,
  short = false,
): NamedWork {
  return { name, kind: "calls", count: MANY, width, size, short };
}

function connections(width: number): NamedWork {
  const name = `${width} connections`;
  return { ...calls(name, width, SMALL), kind: "connections" };
}

/** What all contestants are asked to do. */
export const WORKS: readonly NamedWork[] = [
  calls("ping-pong", 1, SMALL, true),
  calls("64 in flight", 64, SMALL),
  calls("256 in flight", 256, SMALL, true),
  calls("1000 in flight", 1000, SMALL),
  calls("10,000 in flight", 10_000, SMALL),
  { ...calls("one-way, each awaited", 1, SMALL, true), kind: "one-way" },
  {
    ...calls("100,000 updates", 1, SMALL, true),
    kind: "updates",
    count: 100_000,
  },
  calls("1 KiB", 1, KIB),
  calls("64 KiB", 1, 64 * KIB),
  calls("1 MiB", 1, MIB),
  calls("4 MiB", 1, 4 * MIB),
  calls("1 KiB, 8 in flight", 8, KIB),
  calls("64 KiB, 8 in flight", 8, 64 * KIB),
  calls("1 MiB, 8 in flight", 8, MIB),
  calls("4 MiB, 8 in flight", 8, 4 * MIB),
  connections(10),
  connections(100),
  connections(1000),
];
