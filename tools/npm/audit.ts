/**
 * `deno task audit`: asks npm's registry for known vulnerabilities of what the sources
 * depend on, in `deno.lock` and in the npm package. Exits with 1 if there are some, or
 * if the registry can't be asked. Takes npm.
 *
 * @module
 */
import { lockDependencies } from "./locked_dependencies.ts";

async function run(
  what: string,
  program: string,
  args: string[],
  cwd: string,
): Promise<boolean> {
  console.log(`${what}:`);
  const { success } = await new Deno.Command(program, { args, cwd }).spawn()
    .status;
  return success;
}

const { folder } = await lockDependencies();
const root = new URL("../../", import.meta.url).pathname;
const clean = [
  await run("deno.lock", Deno.execPath(), ["audit"], root),
  await run("The npm package", "npm", ["audit"], folder),
];
if (clean.includes(false)) Deno.exit(1);
