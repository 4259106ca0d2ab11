/**
 * The client process of `native.ts`, as `native-bench client ADDRESS` is; with
 * `reactor` behind the address, on the reactor. It prints
 * `connected`, runs a round for each line on its stdin, and prints its sample.
 *
 * - `ping-pong COUNT`: round trips one after the other
 * - `one-way COUNT`: stream messages, each awaited
 * - `in-flight COUNT WIDTH`: COUNT round trips, WIDTH of them open at any time
 *
 * @module
 */
import { connect } from "../../mod.ts";
import { callEcho, echoInFlight, oneWay } from "./rpc_client.ts";
import { SMALL } from "./shape.ts";
import { timeAll, timeEach } from "./stats.ts";
import { linesOf } from "../../tools/lines_of.ts";

const [address = "", sockets] = Deno.args;
const options = sockets === "reactor" ? { reactor: true } : {};
await using peer = await connect(address, options);
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
      () =>
        name === "one-way"
          ? oneWay(peer, body, total, 1)
          : echoInFlight(peer, body, total, Number(width)),
      total,
      SMALL,
    );
  console.log(JSON.stringify(sample));
}
