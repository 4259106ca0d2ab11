import { QUIET } from "../quiet.ts";

/** How a program has ended, and what it has written. */
export interface Ended {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of Deno's to its end, with no input. */
export async function runDeno(
  args: string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env" | "signal"> = {},
): Promise<Ended> {
  const { code, signal, stdout, stderr } = await new Deno.Command(
    Deno.execPath(),
    { ...options, args, stdin: "null", env: { ...QUIET, ...options.env } },
  ).output();
  const decoder = new TextDecoder();
  return {
    code,
    signal,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
