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
  const where = `Measured on ${date} with Deno ${Deno.version.deno}, V8 ` +
    `${Deno.version.v8}, ${await cpu()}, Linux ${Deno.osRelease()}.`;
  Deno.writeTextFileSync(
    path,
    `${head}${heading}\n${where}\n\n${tables}${rest}`,
  );
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", path.pathname],
  }).output();
}

async function cpu(): Promise<string> {
  const text = await Deno.readTextFile("/proc/cpuinfo");
  const model = /^model name\s*:\s*(.*)$/m.exec(text)?.[1] ?? "unknown CPU";
  return `${navigator.hardwareConcurrency} CPUs (${model}) of a shared machine`;
}
