import { LineProcess } from "../line_process.ts";
import type { Usage } from "./usage.ts";

/** Starts a script of `bench/costs/memory.ts` with the library of a checkout. */
export function startEnd(
  folder: string,
  script: string,
  ...args: string[]
): LineProcess {
  const url = new URL(`./${script}`, import.meta.url);
  return LineProcess.startWith(folder, null, url, args, [
    "--v8-flags=--expose-gc",
  ]);
}

/** What both ends hold. */
export type Usages = readonly [Usage, Usage];

/** Asks two processes what they hold. */
export async function usagesOf(
  ends: readonly [LineProcess, LineProcess],
): Promise<Usages> {
  const [first, second] = await Promise.all(
    ends.map(async (end): Promise<Usage> => JSON.parse(await end.ask("usage"))),
  );
  return [first!, second!];
}

/** What each of so many takes at both ends, in bytes. */
export function eachOf(before: Usages, after: Usages, count: number): Usages {
  const each = (i: 0 | 1): Usage => ({
    heap: (after[i].heap - before[i].heap) / count,
    resident: (after[i].resident - before[i].resident) / count,
  });
  return [each(0), each(1)];
}
