/** Waits for one turn of the event loop, so that finished I/O is seen. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Lets timers and finished I/O have their turn; quicker, and without waiting for any. */
export function immediate(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
