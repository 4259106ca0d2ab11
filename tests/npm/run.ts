/**
 * `deno task test:npm [options of deno test]`: packs the npm package once, installs it
 * in a project of its own, and runs the tests of this folder there. Where npm is missing,
 * one line says so.
 */
import { runTests } from "../../tools/dev/test.ts";
import { bundleSuite } from "./support/bundle_suite.ts";
import { prepareProject } from "./support/npm_project.ts";

const FILES = ["node_suites.ts", "bun_suites.ts", "package.ts", "types.ts"];

const missing = await prepareProject();
if (missing !== null) {
  console.log(`Skipped the tests of the npm package: they need ${missing}`);
} else {
  await bundleSuite();
  const paths = FILES.map((file) => new URL(file, import.meta.url).pathname);
  Deno.exitCode = await runTests([...paths, "--no-check", ...Deno.args]);
}
