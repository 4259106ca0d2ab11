/** What a process of the soak says of itself. */
export interface Figures {
  /** Resident memory, in bytes. */
  readonly rss: number;
  /** Open descriptors; 0 where they can't be counted. */
  readonly descriptors: number;
}

/** What this process takes now. */
export function figures(): Figures {
  const descriptors = Deno.build.os === "linux"
    ? [...Deno.readDirSync("/proc/self/fd")].length
    : 0;
  return { rss: Deno.memoryUsage().rss, descriptors };
}
