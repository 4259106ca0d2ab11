const HEADING = "## Figures\n";

/** Replaces what is under the README's heading "Figures". */
export async function writeFigures(tables: string): Promise<void> {
  const path = new URL("../README.md", import.meta.url);
  const text = Deno.readTextFileSync(path);
  const index = text.indexOf(HEADING);
  if (index < 0) throw new Error("The README has no heading for the figures");
  const head = text.slice(0, index);
  const date = Temporal.Now.plainDateISO();
  const where = `Measured on ${date} with Deno ${Deno.version.deno}, V8 ` +
    `${Deno.version.v8}, ${await cpu()}, Linux ${Deno.osRelease()}.`;
  Deno.writeTextFileSync(path, `${head}${HEADING}\n${where}\n\n${tables}`);
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", path.pathname],
  }).output();
}

async function cpu(): Promise<string> {
  const text = await Deno.readTextFile("/proc/cpuinfo");
  const model = /^model name\s*:\s*(.*)$/m.exec(text)?.[1] ?? "unknown CPU";
  return `${navigator.hardwareConcurrency} CPUs (${model}) of a shared machine`;
}
