/**
 * Run by leaks_test.ts, in a process of its own: /proc/self/fd counts all
 * descriptors. Writes one line of JSON for each case.
 */
import { Scene } from "../support/scene.ts";
import { type Case, LeftOpen, openFds } from "./case.ts";
import { CASES } from "./cases.ts";

const ROUNDS = 3;
const ATTEMPTS = 3;

const unhandled: string[] = [];
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  unhandled.push(Deno.inspect(event.reason));
});

/** Runs a case some times, of which the first one loads what the runtime keeps. */
async function attempt(run: Case): Promise<void> {
  await Scene.run(run);
  const before = openFds().length;
  for (let i = 0; i < ROUNDS; i++) await Scene.run(run);
  const left = openFds().length - before;
  if (left > 0) throw new LeftOpen(left);
}

/** What is wrong with a case, or null. */
async function judge(run: Case): Promise<string | null> {
  let error: unknown;
  // The runtime opens some of its own at its own time; a leak comes again.
  for (let i = 0; i < ATTEMPTS; i++) {
    try {
      await attempt(run);
      return null;
    } catch (thrown) {
      error = thrown;
      if (!(error instanceof LeftOpen)) break;
    }
  }
  return Deno.inspect(error, { colors: false });
}

for (const [name, run] of Object.entries(CASES[Deno.args[0]!]!)) {
  const error = await judge(run);
  console.log(JSON.stringify({ name, error, unhandled }));
  unhandled.length = 0;
}
