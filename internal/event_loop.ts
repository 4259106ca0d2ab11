import { runSoon } from "./runtime/deno.ts";

/** Waits for one turn of the event loop, so that finished I/O is seen. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Lets timers and finished I/O run, if there are any. Quicker than `tick`. */
export function immediate(): Promise<void> {
  return new Promise((resolve) => runSoon(resolve));
}
