/**
 * Runs the tests that are registered and whose names begin with one of the
 * arguments, one after the other. Prints how many passed, and what failed, as JSON.
 */
import process from "node:process";
import { tests } from "./deno_stand_in.ts";

/** Tests of what isn't so in Node and Bun. */
const LEFT_OUT = new Map([
  [
    "Unix stream: a peer that has gone without reading leaves its messages",
    "node:net destroys a socket whose read has failed, with what the system still holds",
  ],
]);

const [, , ...prefixes] = process.argv;
const chosen = tests.filter(({ name }) =>
  !LEFT_OUT.has(name) && prefixes.some((prefix) => name.startsWith(prefix))
);

const failed: string[] = [];
let current = "";
process.on("unhandledRejection", (error) => {
  failed.push(`${current}: unhandled: ${text(error)}`);
});

function text(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

for (const { name, fn } of chosen) {
  current = name;
  try {
    await fn();
  } catch (error) {
    failed.push(`${name}: ${text(error)}`);
  }
}
console.log(JSON.stringify({ run: chosen.length, failed }));
