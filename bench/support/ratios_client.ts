/**
 * The client process of `ratios.ts`: connects to the addresses in its first
 * argument, runs the number of rounds in its second, and prints the results as
 * JSON. A third argument picks the measures whose names contain it, or one of the
 * texts in it that `|` separates.
 *
 * @module
 */
import { openMeasures } from "./measures.ts";
import { runRounds } from "./rounds.ts";

const [addresses = "", rounds = "", only = ""] = Deno.args;

await using stack = new AsyncDisposableStack();
const texts = only.split("|");
const groups = await openMeasures(JSON.parse(addresses), stack);
const chosen = groups.map((group) => ({
  ...group,
  subjects: group.subjects.filter(({ name }) =>
    texts.some((text) => name.includes(text))
  ),
})).filter(({ subjects }) => subjects.length > 0);
console.log(JSON.stringify(await runRounds(chosen, Number(rounds))));
