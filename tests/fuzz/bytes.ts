import { fromHex, runTarget, runTimed, toHex } from "./bytes/run_target.ts";
import { TARGETS } from "./bytes/targets.ts";
import type { FuzzReport } from "./report.ts";

/** Each target has so much time, in milliseconds, before the next one has its turn. */
const TURN = 500;

/** So much memory is more than all inputs together can account for, in bytes. */
const MAX_MEMORY = 2 * 1024 * 1024 * 1024;

/** Gives mutated bytes to all targets, or to one, in turn, until the report is over. */
export async function fuzzBytes(
  { seed, report, target: only }: {
    readonly seed: number;
    readonly report: FuzzReport;
    readonly target: string | undefined;
  },
): Promise<void> {
  const targets = TARGETS.filter(({ name }) =>
    only === undefined || name === only
  );
  if (targets.length === 0) {
    const names = TARGETS.map(({ name }) => name).join(", ");
    throw new TypeError(`There is no target "${only}", only: ${names}`);
  }
  for (let next = seed; !report.over; next++) {
    for (const target of targets) {
      const until = Date.now() + TURN;
      while (!report.over && Date.now() < until) {
        const bad = await runTarget(target, {
          seed: next++,
          runs: 10,
          onRun: () => report.count("inputs"),
        });
        if (bad === null) continue;
        const file = Deno.makeTempFileSync({
          prefix: "bytes_",
          suffix: ".hex",
        });
        Deno.writeTextFileSync(file, `${toHex(bad.input)}\n`);
        report.fail(
          `${target.name}: ${bad.error}\n  deno task fuzz --what bytes --target "${target.name}" --replay ${file}`,
        );
      }
      const { rss } = Deno.memoryUsage();
      if (rss > MAX_MEMORY) {
        report.fail(`${target.name}: the program has ${rss} bytes of memory`);
      }
    }
  }
  for (const target of targets) {
    try {
      await target.end?.();
    } catch (error) {
      report.fail(`${target.name}: ${error}`);
    }
  }
}

/** Gives a target one input; 1 if it does what it must not. */
export async function replayBytes(
  name: string | undefined,
  hex: string,
): Promise<number> {
  const target = TARGETS.find((target) => target.name === name);
  if (target === undefined) throw new TypeError(`There is no target "${name}"`);
  try {
    console.log(await runTimed(target, fromHex(hex)));
    await target.end?.();
    return 0;
  } catch (error) {
    console.error(error);
    return 1;
  }
}
