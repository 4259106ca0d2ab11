/**
 * The client process of `ratios.ts`: connects to the addresses in its first
 * argument, runs the number of rounds in its second, and prints the results as
 * JSON. A third argument is a regular expression that the names of measures match.
 *
 * @module
 */
import { openMeasures } from "./measures.ts";
import { runRounds } from "./rounds.ts";

const [addresses = "", rounds = "", only = ""] = Deno.args;

await using stack = new AsyncDisposableStack();
const wanted = new RegExp(only);
const groups = await openMeasures(JSON.parse(addresses), stack);
const chosen = groups.map((group) => ({
  ...group,
  subjects: group.subjects.filter(({ name }) => wanted.test(name)),
})).filter(({ subjects }) => subjects.length > 0);
console.log(JSON.stringify(await runRounds(chosen, Number(rounds))));
