import type { Cpu } from "../support/pinning.ts";
import type { Entry } from "./contestants.ts";
import type { Place, Row } from "./report.ts";
import { start, type Started } from "./started.ts";
import type { Outcome } from "./work.ts";
import type { NamedWork } from "./works.ts";

const CPUS: Readonly<Record<Place, readonly [Cpu, Cpu]>> = {
  split: [0, 1],
  same: [0, 0],
};

/**
 * Has contestants do a work in turn, in reverse order in every other round; the first
 * round warms up. Their processes are started for it, so that memory is that of this
 * work. One that ends early does no further round.
 */
export async function measureWork(
  entries: readonly Entry[],
  work: NamedWork,
  place: Place,
  rounds: number,
): Promise<Row[]> {
  await using stack = new AsyncDisposableStack();
  const date = Temporal.Now.plainDateTimeISO().toString({
    smallestUnit: "minute",
  });
  const [before = NaN] = Deno.loadavg();
  const outcomes = new Map(entries.map(({ name }) => [name, [] as Outcome[]]));
  const running: { name: string; started: Started }[] = [];
  for (const entry of entries) {
    const { name } = entry;
    try {
      const started = await start(entry, work, CPUS[place], stack);
      running.push({ name, started });
    } catch (error) {
      outcomes.get(name)!.push(String(error));
    }
  }
  for (let round = -1; round < rounds; round++) {
    if (Deno.stderr.isTerminal()) {
      console.error(`${work.name}: round ${round + 2} of ${rounds + 1}`);
    }
    const order = round % 2 === 0 ? running : running.toReversed();
    for (const contestant of [...order]) {
      const { name, started } = contestant;
      let outcome: Outcome;
      try {
        outcome = await started.run();
      } catch (error) {
        outcome = error instanceof Deno.errors.NotFound
          ? "A process of it has ended"
          : String(error);
        running.splice(running.indexOf(contestant), 1);
      }
      const failed = typeof outcome === "string";
      if (round >= 0 || failed) outcomes.get(name)!.push(outcome);
    }
  }
  const [after = NaN] = Deno.loadavg();
  return [...outcomes].map(([contestant, outcomes]) => ({
    place,
    work: work.name,
    contestant,
    date,
    load: [before, after],
    outcomes,
  }));
}
