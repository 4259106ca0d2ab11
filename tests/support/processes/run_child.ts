import { runDeno } from "./run_deno.ts";

/** Runs a script beside a test in a process of its own; gives its lines of JSON. */
export async function runChild<T>(
  url: URL,
  args: string[] = [],
  permissions: string[] = ["-A"],
): Promise<T[]> {
  const { code, signal, stdout, stderr } = await runDeno(
    ["run", ...permissions, "--no-check", "--quiet", url.href, ...args],
  );
  if (code !== 0) {
    throw new Error(
      `The child ended with code ${code}, signal ${signal}: ${stderr}`,
    );
  }
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}
