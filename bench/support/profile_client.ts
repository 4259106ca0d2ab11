/**
 * The client process of `profile.ts`: runs one measure again and again.
 *
 * @module
 */
import { openMeasures } from "./measures.ts";

const [addresses = "", name = "", rounds = ""] = Deno.args;

await using stack = new AsyncDisposableStack();
const groups = await openMeasures(JSON.parse(addresses), stack);
const measure = groups
  .flatMap((group) => [group.baseline, ...group.subjects])
  .find((measure) => measure.name === name);
if (measure === undefined) throw new TypeError(`There is no measure "${name}"`);
for (let round = 0; round < Number(rounds); round++) {
  const { p50, perSecond } = await measure.run();
  console.log(p50?.toFixed(1) ?? "", Math.round(perSecond));
}
