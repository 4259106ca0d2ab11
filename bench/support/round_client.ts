/**
 * The client process of `native.ts`, as `native-bench client ADDRESS` is; with
 * `reactor` behind the address, on the reactor. It prints
 * `connected`, runs a round for each line on its stdin, and prints its sample. A round
 * that fails is answered with `{"error": "..."}`, and the next has a new connection.
 *
 * - `ping-pong COUNT`: round trips one after the other
 * - `one-way COUNT`: stream messages, each awaited
 * - `in-flight COUNT WIDTH`: COUNT round trips, WIDTH of them open at any time
 * - `updates COUNT`: one request, for which the server sends so many updates
 *
 * @module
 */
import { connect } from "../../mod.ts";
import { callEcho, echoInFlight, oneWay, takeUpdates } from "./rpc_client.ts";
import { SMALL, socketOptions } from "./shape.ts";
import { type Sample, timeAll, timeEach } from "./stats.ts";
import { linesOf } from "../../tools/lines_of.ts";

const [address = "", sockets] = Deno.args;
const options = socketOptions(sockets);
let peer = await connect(address, options);
const body = new Uint8Array(SMALL).fill(1);
const trip = (): Promise<void> => callEcho(peer, body);
console.log("connected");

const lines = linesOf(Deno.stdin.readable);
for await (const line of lines) {
  const [name = "", ...numbers] = line.split(" ");
  const [count = NaN, width = NaN] = numbers.map(Number);
  let outcome: Sample | { error: string };
  try {
    outcome = await runRound(name, count, width);
  } catch (error) {
    outcome = { error: String(error) };
    await peer.close();
    peer = await connect(address, options);
  }
  console.log(JSON.stringify(outcome));
}
await peer.close();

function runRound(name: string, count: number, width: number): Promise<Sample> {
  const timed = (run: () => Promise<void>): Promise<Sample> =>
    timeAll(run, count, SMALL);
  switch (name) {
    case "ping-pong":
      return timeEach(trip, count, SMALL);
    case "one-way":
      return timed(() => oneWay(peer, body, count, 1));
    case "in-flight":
      return timed(() => echoInFlight(peer, body, count, width));
    case "updates":
      return timed(() => takeUpdates(peer, count));
    default:
      throw new Error(`There is no round ${name}`);
  }
}
