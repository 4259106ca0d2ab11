/**
 * `deno task networks --minutes N [--seed N]`: calls, updates, streams and cancels over
 * TCP, TLS and WebSockets, between two network namespaces, while the wire between them
 * loses, repeats, damages, delays and reorders packets, lets only short ones through, and
 * is down. Fails unless each request is accounted for, each call over a link is answered,
 * and nothing is left open.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { inNamespace, whyNoNetwork } from "./in_namespace.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
  },
});
const missing = await whyNoNetwork();
if (missing !== null) {
  console.log(`It needs ${missing}`);
  Deno.exit(1);
}
console.log(`Seed ${values.seed}`);
const child = inNamespace("storm_child.ts", [values.minutes, values.seed], {
  stdout: "inherit",
});
Deno.exit((await child.status).code);
