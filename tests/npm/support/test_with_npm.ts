import { prepareProject } from "./npm_project.ts";

/** What the machine lacks for tests of the npm package; null if it has all. */
export const skippedBecause: string | null = await prepareProject();
if (skippedBecause !== null) {
  console.log(`Skipped the npm package: needs ${skippedBecause}`);
}

/** A test that needs the packed package and the runtimes. */
export function npmTest(name: string, fn: () => Promise<void>): void {
  if (skippedBecause === null) Deno.test(`npm: ${name}`, fn);
  else Deno.test({ name: `npm: ${name} [needs npm]`, ignore: true, fn });
}
