/**
 * The client process of `native.ts`, as `native-bench client ADDRESS` is: prints
 * `connected`, runs a round for each line on its stdin, and prints its sample.
 *
 * - `ping-pong COUNT`: round trips one after the other
 * - `in-flight COUNT WIDTH`: COUNT round trips, WIDTH of them open at any time
 *
 * @module
 */
import { connect } from "../../mod.ts";
import { callEcho, echoInFlight } from "./rpc_client.ts";
import { SMALL } from "./shape.ts";
import { timeAll, timeEach } from "./stats.ts";
import { linesOf } from "../../tools/lines_of.ts";

const [address = ""] = Deno.args;
await using peer = await connect(address);
const body = new Uint8Array(SMALL).fill(1);
const trip = (): Promise<void> => callEcho(peer, body);
console.log("connected");

const lines = linesOf(Deno.stdin.readable);
for await (const line of lines) {
  const [name, count, width] = line.split(" ");
  const total = Number(count);
  const sample = name === "ping-pong"
    ? await timeEach(trip, total, SMALL)
    : await timeAll(
      () => echoInFlight(peer, body, total, Number(width)),
      total,
      SMALL,
    );
  console.log(JSON.stringify(sample));
}
