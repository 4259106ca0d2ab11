/**
 * A server of `compare.ts`: the argument is the module of a contestant. Prints the
 * address, and for each line on its stdin how much it has used. Ends with its stdin.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { Contestant } from "./contestant.ts";
import { usage } from "./usage.ts";

const [module = ""] = Deno.args;
const contestant: Contestant = await import(module);
console.log(await contestant.serve());
for await (const _ of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(usage()));
}
Deno.exit(0);
