/** The CPU a process is tied to; null where it may run on any. */
export type Cpu = number | null;

/** Whether `taskset` is here and both CPUs may be used. */
export async function canPin(cpus: readonly number[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("taskset", {
      args: ["-c", cpus.join(","), "true"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A `deno` command with these arguments, tied to the CPU. */
export function denoCommand(
  cpu: Cpu,
  args: readonly string[],
  options: Omit<Deno.CommandOptions, "args"> = {},
): Deno.Command {
  const deno = Deno.execPath();
  if (cpu === null) {
    return new Deno.Command(deno, { ...options, args: [...args] });
  }
  return new Deno.Command("taskset", {
    ...options,
    args: ["-c", String(cpu), deno, ...args],
  });
}
