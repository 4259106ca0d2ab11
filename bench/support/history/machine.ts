/** What figures depend on besides the code. */
export interface Machine {
  /** The processor. */
  readonly cpu: string;
  /** How many of them. */
  readonly cpus: number;
  /** The version of the kernel. */
  readonly linux: string;
  readonly deno: string;
  readonly v8: string;
}

/** What this program runs on. */
export function thisMachine(): Machine {
  const text = Deno.readTextFileSync("/proc/cpuinfo");
  return {
    cpu: /^model name\s*:\s*(.*)$/m.exec(text)?.[1] ?? "unknown CPU",
    cpus: navigator.hardwareConcurrency,
    linux: Deno.osRelease(),
    deno: Deno.version.deno,
    v8: Deno.version.v8,
  };
}
