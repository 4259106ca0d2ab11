/**
 * A server of `compare.ts`: the argument is the module of a contestant. Prints the
 * address, and ends with its stdin.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { Contestant } from "./contestant.ts";

const [module = ""] = Deno.args;
const contestant: Contestant = await import(module);
console.log(await contestant.serve());
for await (const _ of createInterface({ input: process.stdin }));
Deno.exit(0);
