import process from "node:process";

/** What a process has used. */
export interface Usage {
  /** CPU time so far, in microseconds. */
  readonly cpu: number;
  /** Resident memory, in bytes. */
  readonly resident: number;
}

/** What this process has used. */
export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, resident: Deno.memoryUsage().rss };
}
