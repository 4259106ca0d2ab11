/**
 * The server of `bench/flood.ts`: counts stream messages, and measures how late a
 * timer comes.
 *
 * @module
 */
import type * as Library from "../../../mod.ts";
import { linesOf } from "../../../tools/lines_of.ts";

const { listen }: typeof Library = await import(Deno.args[0]!);
const listener = listen("tcp://127.0.0.1:0");
let count = 0;
listener.run((peer) =>
  peer.serve({ 1: () => "" }, { stream: () => void count++ })
);

const PERIOD = 10;
let late = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  late = Math.max(late, now - last - PERIOD);
  last = now;
}, PERIOD);

const { addr } = listener;
if (addr.transport === "tcp") console.log(`127.0.0.1:${addr.port}`);
let begin = 0;
const lines = linesOf(Deno.stdin.readable);
for await (const line of lines) {
  const now = performance.now();
  if (line === "end") console.log(`${late} ${1000 * count / (now - begin)}`);
  else console.log("begun");
  late = 0;
  count = 0;
  begin = now;
}
Deno.exit();
