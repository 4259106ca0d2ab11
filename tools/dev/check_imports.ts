/**
 * Checks that imports run one way and in no circle, and that files and folders are
 * small enough to be read: see `structure_rules.ts`. Prints each violation on a
 * line, and fails if there are any.
 *
 * @module
 */
import { readSources } from "./source_tree.ts";
import { checkStructure } from "./structure_rules.ts";

if (import.meta.main) {
  const sources = await readSources(Deno.args[0] ?? ".");
  const offenders = checkStructure(sources);
  for (const offender of offenders) console.error(offender);
  if (offenders.length > 0) Deno.exit(1);
  console.log(`Checked the imports of ${sources.length} files`);
}
