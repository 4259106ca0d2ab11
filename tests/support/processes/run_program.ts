import { runDeno } from "./run_deno.ts";

/** Runs a script to its end, and gives its status and what it wrote, errors last. */
export async function runProgram(
  script: string,
  ...args: string[]
): Promise<[number, string]> {
  const { code, stdout, stderr } = await runDeno(
    ["run", "--quiet", "--no-check", "-A", script, ...args],
  );
  return [code, stdout + stderr];
}
