/** What a process of the soak says of itself. */
export interface Figures {
  /** Resident memory, in bytes. */
  readonly rss: number;
  /** What JavaScript holds, with the buffers outside of V8's heap, in bytes. */
  readonly held: number;
  /** Open descriptors; 0 where they can't be counted. */
  readonly descriptors: number;
}

/** What a process of the soak is asked for. */
export type Question = "figures" | "figures after collecting garbage";

/** What this process takes now. Garbage counts, unless the question has it collected. */
export function figures(question: Question): Figures {
  if (question !== "figures") {
    (globalThis as unknown as { gc(): void }).gc();
  }
  const { rss, heapUsed, external } = Deno.memoryUsage();
  const descriptors = Deno.build.os === "linux"
    ? [...Deno.readDirSync("/proc/self/fd")].length
    : 0;
  return { rss, held: heapUsed + external, descriptors };
}
