type RunSoon = (callback: () => void) => void;

/** What this runtime has for it. Found when it is first needed: in Deno, to look at `setImmediate` loads its part for Node. */
let run: RunSoon | null = null;

/** Calls back after the I/O that has finished, before the next timer. */
export function runSoon(callback: () => void): void {
  run ??= typeof setImmediate === "function" ? bySetImmediate : byMessages();
  run(callback);
}

function bySetImmediate(callback: () => void): void {
  setImmediate(callback);
}

/** Browsers have no `setImmediate`, and hold up timers that follow each other by 4 ms. */
function byMessages(): RunSoon {
  const { port1, port2 } = new MessageChannel();
  const callbacks: (() => void)[] = [];
  // One message for each callback: an error of one doesn't hold up the others.
  port1.onmessage = () => callbacks.shift()?.();
  return (callback) => {
    callbacks.push(callback);
    port2.postMessage(null);
  };
}
