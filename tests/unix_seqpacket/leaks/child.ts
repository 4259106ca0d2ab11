/**
 * Run by leaks_test.ts, in a process of its own: /proc/self/fd counts all
 * descriptors. Writes one line of JSON for each case.
 */
import { openLibc } from "../../support/suite/held_libc.ts";
import { Scene } from "../support/scene.ts";
import { CASES } from "./cases.ts";
import { judge, shown } from "./judge.ts";

using _libc = openLibc();
const unhandled: string[] = [];
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  unhandled.push(Deno.inspect(event.reason));
});

for (const [name, run] of Object.entries(CASES[Deno.args[0]!]!)) {
  const error = shown(await judge(() => Scene.run(run)));
  console.log(JSON.stringify({ name, error, unhandled }));
  unhandled.length = 0;
}
