/** What a process has used. */
export interface Usage {
  /** CPU time so far, in microseconds. */
  readonly cpu: number;
  /** Resident memory, in bytes. */
  readonly resident: number;
}

/** Linux tells CPU time to programs in hundredths of a second. */
const MICROS_PER_TICK = 10_000;

/**
 * What a process has used, as Linux tells it.
 *
 * @throws {Deno.errors.NotFound} If it has ended.
 */
export function usageOf(pid: number): Usage {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  // The name of the program comes before, in parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const kib = Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]);
  return { cpu: MICROS_PER_TICK * (user + system), resident: 1024 * kib };
}
