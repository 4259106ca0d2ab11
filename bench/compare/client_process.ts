/**
 * A client of `compare.ts`: the arguments are the module of a contestant and the
 * address of its server. Prints `connected`, and for each line on its stdin, which
 * is the JSON of a `Work`, the JSON of a `Measured`; null if the contestant can't do it,
 * and the text of the error if it fails.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { Contestant } from "./contestant.ts";
import { Runner } from "./runner.ts";
import type { Work } from "./work.ts";

const [module = "", address = ""] = Deno.args;
const contestant: Contestant = await import(module);
await using runner = await Runner.connect(contestant, address);
console.log("connected");
for await (const line of createInterface({ input: process.stdin })) {
  const work: Work = JSON.parse(line);
  let outcome: unknown;
  try {
    outcome = await runner.run(work);
  } catch (error) {
    // The table says that it fails, and with what.
    outcome = String(error);
  }
  console.log(JSON.stringify(outcome));
}
Deno.exit(0);
