/** What a process holds, in bytes. */
export interface Usage {
  /** What the engine's heap holds, and buffers outside of it. */
  readonly heap: number;
  /** What the system has given it. */
  readonly resident: number;
}

/** Collects what is garbage, and tells what is left. It takes `--expose-gc`. */
export function usage(): Usage {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("This takes --v8-flags=--expose-gc");
  for (let i = 0; i < 3; i++) gc();
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}
