/**
 * A client of `bench/flood.ts`: calls for a number of ms, and prints the time of
 * the slowest call.
 *
 * @module
 */
import type * as Library from "../../../mod.ts";
import { linesOf } from "../../../tools/lines_of.ts";

const { connect }: typeof Library = await import(Deno.args[0]!);
const peer = await connect(Deno.args[1]!);
console.log("connected");
const lines = linesOf(Deno.stdin.readable);
for await (const line of lines) {
  let slowest = 0;
  for (const end = performance.now() + Number(line); performance.now() < end;) {
    const begin = performance.now();
    await peer.call(1, "");
    slowest = Math.max(slowest, performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  console.log(slowest);
}
Deno.exit();
