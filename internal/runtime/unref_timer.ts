import { deno } from "./deno.ts";

/**
 * Lets the program end while a timer runs. In browsers there is nothing to do: a
 * timer keeps no page open.
 */
export function unrefTimer(timer: unknown): void {
  if (deno !== undefined) deno.unrefTimer(timer);
  // Timers of Node and Bun are objects.
  else if (typeof timer === "object") (timer as { unref(): void }).unref();
}
