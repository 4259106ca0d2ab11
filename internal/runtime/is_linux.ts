import { deno } from "./deno.ts";

/** The part of Node's `process` that is used. */
interface Process {
  readonly platform?: string;
}

/** Whether the program runs on Linux. False in browsers, which don't tell. */
export const isLinux: boolean = platform() === "linux";

function platform(): string | undefined {
  // Not even a look at `process` in Deno: that loads its whole part for Node.
  if (deno !== undefined) return deno.build.os;
  const { process } = globalThis as unknown as { process?: Process };
  return process?.platform;
}
