/**
 * The sending process of `frames.ts`. The first argument is the folder of the
 * server's sockets, the second one the number of rounds. It prints the results as
 * JSON.
 *
 * @module
 */
import { openFrameMeasures } from "./frame_measures.ts";
import { frameAddresses } from "./frame_shape.ts";
import { runRounds } from "../rounds.ts";

const [folder = ".", rounds = "5"] = Deno.args;
await using stack = new AsyncDisposableStack();
const groups = await openFrameMeasures(frameAddresses(folder), stack);
console.log(JSON.stringify(await runRounds(groups, Number(rounds))));
