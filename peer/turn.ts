/** Waits for one turn of the event loop, so that finished I/O is seen. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
