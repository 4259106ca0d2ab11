import { runDeno } from "../../support/processes/run_deno.ts";

/** What a program of a test has said and how it has ended. */
export interface Ended {
  readonly code: number;
  readonly said: string;
  readonly errors: string;
}

/** Runs a program of this folder to its end. */
export function program(name: string, ...args: string[]): Promise<Ended> {
  return programWith(["-A"], name, ...args);
}

/** Runs a program with flags of its own: its permissions, for one. */
export async function programWith(
  flags: string[],
  name: string,
  ...args: string[]
): Promise<Ended> {
  const url = new URL(name, import.meta.url).href;
  const { code, stdout, stderr } = await runDeno(
    ["run", ...flags, "--no-check", "--quiet", url, ...args],
  );
  return { code, said: stdout, errors: stderr };
}
