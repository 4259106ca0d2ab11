/**
 * The caller of `bench/costs/memory.ts`: `MODULE ADDRESS FORM COUNT`. `open` on stdin opens
 * COUNT requests, `usage` is answered with what the process holds.
 *
 * @module
 */
import type * as Library from "../../../mod.ts";
import { linesOf } from "../../../tools/lines_of.ts";
import { ECHO, type Form, HOLD, limitsFor } from "./shape.ts";
import { usage } from "./usage.ts";

const [module = "", address = "", form = "", count = ""] = Deno.args;
const { connect }: typeof Library = await import(module);
const peer = await connect(address, limitsFor(Number(count)));
const body = new Uint8Array(32);
/** So many are opened at once. */
const BURST = 1000;
const open: unknown[] = new Array(Number(count)).fill(null);

/** The forms of a caller. */
const OPENERS: Record<Form["caller"], (at: number) => Promise<void> | void> = {
  "call()"(at) {
    open[at] = peer.call(HOLD, body);
  },
  async "sendRequest()"(at) {
    open[at] = await peer.sendRequest(HOLD, body);
  },
};

// What a connection makes once for its work is no cost of a request.
for (let i = 0; i < 20_000; i++) await peer.call(ECHO, body);
console.log("ready");

for await (const line of linesOf(Deno.stdin.readable)) {
  if (line === "open") {
    for (let from = 0; from < open.length; from += BURST) {
      const to = Math.min(from + BURST, open.length);
      for (let at = from; at < to; at++) {
        await OPENERS[form as Form["caller"]](at);
      }
      await peer.call(ECHO, body);
    }
    console.log("open");
  } else console.log(JSON.stringify(usage()));
}
Deno.exit();
