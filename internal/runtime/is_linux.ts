import { deno } from "./deno.ts";

/** The part of Node's `process` that is used. */
interface Process {
  readonly platform?: string;
}

const { process } = globalThis as unknown as { process?: Process };

/** Whether the program runs on Linux. False in browsers, which don't tell. */
export const isLinux: boolean =
  (deno?.build.os ?? process?.platform) === "linux";
