/**
 * A client of `compare.ts`: the arguments are the module of a contestant and the
 * address of its server. Prints `connected`, and for each line on its stdin, which
 * is the JSON of a `Work`, the JSON of a `Result`; null if the contestant can't do it.
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
  console.log(JSON.stringify(await runner.run(work)));
}
Deno.exit(0);
