import { QUIET } from "../../support/quiet.ts";

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
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, "--no-check", "--quiet", url, ...args],
    stdin: "null",
    env: QUIET,
  }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout), errors: decoder.decode(stderr) };
}
