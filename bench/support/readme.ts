import { thisMachine } from "./history/machine.ts";

const HEADING = "## Figures\n";

/**
 * Replaces what is under a heading of the README, up to the next heading of that
 * level.
 */
export async function writeFigures(
  tables: string,
  heading: string = HEADING,
): Promise<void> {
  const path = new URL("../README.md", import.meta.url);
  const text = Deno.readTextFileSync(path);
  const index = text.indexOf(heading);
  if (index < 0) throw new Error(`The README has no heading ${heading}`);
  const head = text.slice(0, index);
  const next = text.indexOf("\n## ", index);
  const rest = next < 0 ? "" : text.slice(next);
  const date = Temporal.Now.plainDateISO();
  const { cpu, cpus, linux, deno, v8 } = thisMachine();
  const where =
    `Measured on ${date} with Deno ${deno}, V8 ${v8}, ${cpus} CPUs ` +
    `(${cpu}) of a shared machine, Linux ${linux}.`;
  Deno.writeTextFileSync(
    path,
    `${head}${heading}\n${where}\n\n${tables}${rest}`,
  );
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", path.pathname],
  }).output();
}
