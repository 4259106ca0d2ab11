/**
 * Compares rings in shared memory with the other transports and the native crate,
 * in one run, with clients and servers pinned: `deno run -A bench/rings.ts [--rounds
 * N] [--only TEXT] [--on split|same]`.
 *
 * In a round, all run a measure one after the other. A ratio is that of one round's
 * rates (for ping-pong, of its p50s); the median of all rounds, and their range.
 *
 * @module
 */
import {
  type Contestant,
  findNative,
  NATIVE,
  NATIVE_ROUNDS,
  OURS,
  type Place,
  type Runner,
  start,
} from "./support/rings/contestants.ts";
import { chosen, option } from "./support/option.ts";
import { canPin } from "./support/pinning.ts";
import { median } from "./support/stats.ts";

interface Goal {
  readonly against: readonly Contestant[];
  /** The rate over that of the others, at least; for a time, at most. */
  readonly ratio: number;
}

interface Work {
  readonly measure: string;
  readonly goals: readonly Goal[];
}

interface Arrangement extends Place {
  readonly name: "split" | "same";
  readonly title: string;
  readonly works: readonly Work[];
}

const PING_PONG = "ping-pong";

const ARRANGEMENTS: readonly Arrangement[] = [
  {
    name: "split",
    title: "two CPUs",
    client: 0,
    server: 1,
    works: [
      { measure: PING_PONG, goals: [{ against: ["seqpacket"], ratio: 0.4 }] },
      {
        measure: "256 in flight",
        goals: [
          { against: ["unix"], ratio: 2 },
          { against: ["tcp"], ratio: 1.3 },
          { against: NATIVE, ratio: 6 },
        ],
      },
      {
        measure: "one-way, each awaited",
        goals: [{ against: ["tcp"], ratio: 1.5 }],
      },
      { measure: "64 KiB bodies", goals: [{ against: ["unix"], ratio: 2 }] },
      { measure: "1 MiB bodies", goals: [{ against: ["unix"], ratio: 2 }] },
    ],
  },
  {
    name: "same",
    title: "one CPU",
    client: 0,
    server: 0,
    works: [
      { measure: PING_PONG, goals: [{ against: ["seqpacket"], ratio: 0.8 }] },
      { measure: "256 in flight", goals: [] },
    ],
  },
];

const rounds = Number(option("rounds") ?? 7);
const only = option("only") ?? "";
if (await canPin([0, 1])) {
  const native = await findNative();
  for (const arrangement of ARRANGEMENTS) {
    if (chosen("on", arrangement.name)) await measure(arrangement, native);
  }
} else console.log("Skipping: there is no taskset with CPUs 0 and 1");

async function measure(
  arrangement: Arrangement,
  native: string | null,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const runners = new Map<Contestant, Runner>();
  for (const contestant of [...OURS, ...NATIVE]) {
    const runner = await start(contestant, arrangement, native, stack);
    if (runner !== null) runners.set(contestant, runner);
  }
  console.log(`### Rings in shared memory, ${arrangement.title}\n`);
  console.log(
    `| work | ${[...runners.keys()].join(" | ")} | ratio of rings | |`,
  );
  console.log(`|---|${"--:|".repeat(runners.size)}---|---|`);
  for (const work of arrangement.works) {
    if (!work.measure.includes(only)) continue;
    const rates = await run(work.measure, runners);
    console.log(row(work, [...runners.keys()], rates));
  }
  console.log();
}

/** The rates of all rounds; the first one warms up. */
async function run(
  measure: string,
  runners: ReadonlyMap<Contestant, Runner>,
): Promise<Map<Contestant, number[]>> {
  const rates = new Map<Contestant, number[]>();
  const order = [...runners].filter(([contestant]) =>
    canRun(contestant, measure)
  );
  for (let round = -1; round < rounds; round++) {
    for (const [contestant, runner] of order) {
      const rate = await runner.run(measure);
      if (round < 0) rates.set(contestant, []);
      else rates.get(contestant)!.push(rate);
    }
    order.reverse();
  }
  return rates;
}

/** The native program has measures of its own, and a datagram has no room for 1 MiB. */
function canRun(contestant: Contestant, measure: string): boolean {
  if (NATIVE.includes(contestant)) return measure in NATIVE_ROUNDS;
  return contestant !== "seqpacket" || measure !== "1 MiB bodies";
}

function row(
  work: Work,
  all: readonly Contestant[],
  rates: ReadonlyMap<Contestant, number[]>,
): string {
  const isTime = work.measure === PING_PONG;
  const cells = all.map((contestant) =>
    figure(rates.get(contestant), work.measure)
  );
  const ratios: string[] = [];
  let holds = true;
  for (const { against, ratio } of work.goals) {
    const others = against.filter((contestant) => rates.has(contestant));
    if (others.length === 0) continue;
    const ofRounds = rates.get("rings")!.map((rate, i) => {
      const best = Math.max(...others.map((other) => rates.get(other)![i]!));
      return isTime ? best / rate : rate / best;
    });
    const middle = median(ofRounds);
    const isMet = isTime ? middle <= ratio : middle >= ratio;
    holds &&= isMet;
    const name = others.length === 1 ? others[0] : "best native";
    ratios.push(
      `**${middle.toFixed(2)}** (${Math.min(...ofRounds).toFixed(2)}–${
        Math.max(...ofRounds).toFixed(2)
      }) of ${name}, goal ${isTime ? "at most" : "at least"} ${ratio}`,
    );
  }
  const verdict = ratios.length === 0 ? "" : holds ? "pass" : "**FAIL**";
  return `| ${
    [work.measure, ...cells, ratios.join("; "), verdict].join(" | ")
  } |`;
}

function figure(rates: readonly number[] | undefined, measure: string): string {
  if (rates === undefined) return "";
  const middle = median(rates);
  if (measure === PING_PONG) return `${(1e6 / middle).toFixed(1)} us`;
  return middle < 100_000
    ? `${(middle / 1000).toFixed(1)} k/s`
    : `${(middle / 1000).toFixed(0)} k/s`;
}
