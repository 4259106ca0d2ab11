/** Calls back after the I/O that has finished, before the next timer. */
export const runSoon: (callback: () => void) => void =
  typeof setImmediate === "function"
    ? (callback) => void setImmediate(callback)
    : byMessages();

/** Browsers have no `setImmediate`, and hold up timers that follow each other by 4 ms. */
function byMessages(): (callback: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const callbacks: (() => void)[] = [];
  // One message for each callback: an error of one doesn't hold up the others.
  port1.onmessage = () => callbacks.shift()?.();
  return (callback) => {
    callbacks.push(callback);
    port2.postMessage(null);
  };
}
