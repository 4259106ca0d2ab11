/**
 * Draws the chart of docs/reliability.md from what `bench:hostile --json FILE` has
 * written: `deno run -A --config bench/charts/deno.json bench/charts/draw_memory.ts
 * FILE`. An SVG for light pages and one for dark ones, in `docs/charts/`.
 *
 * @module
 */
import { type Course, drawMemory } from "./memory_chart.ts";
import { THEMES } from "./theme.ts";

const MIB = 1024 * 1024;
const ATTACK = "20 clients that never read an answer";
const NAMES: readonly (readonly [server: string, name: string])[] = [
  ["this library", "this library"],
  ["with limits", "with limits"],
  ["native", "the native crate"],
];

/** A result as it was written. */
interface Result {
  readonly transport: string;
  readonly server: string;
  readonly attack: string;
  /** In milliseconds and bytes. */
  readonly held: readonly { readonly at: number; readonly resident: number }[];
}

const { seconds, results }: { seconds: number; results: Result[] } = JSON.parse(
  Deno.readTextFileSync(Deno.args[0]!),
);
const courses: Course[] = NAMES.map(([server, name]) => {
  const result = results.find((result) =>
    result.server === server && result.attack === ATTACK &&
    result.transport === "TCP"
  );
  if (result === undefined) throw new Error(`There is no ${server}`);
  return {
    name,
    isOurs: server !== "native",
    moments: result.held
      .filter(({ at }) => at <= seconds * 1000)
      .map(({ at, resident }) => ({ at: at / 1000, resident: resident / MIB })),
  };
});
for (const theme of THEMES) {
  const path = new URL(
    `../../docs/charts/hostile_${theme.name}.svg`,
    import.meta.url,
  );
  const chart = {
    title: `${ATTACK}, over TCP`,
    caption:
      `With limits: maxTotalQueuedBytes of 64 MiB. Two CPUs of a shared machine, ${Temporal.Now.plainDateISO()}, Deno ${Deno.version.deno}`,
    courses,
  };
  Deno.writeTextFileSync(path, drawMemory(chart, theme));
  console.log(path.pathname);
}
