/**
 * The first timers and turns of a process in Deno, without `setTimeout` and
 * `setImmediate`. To look at either of them loads Deno's part for Node, which takes 10 ms
 * of CPU time, as long as the first 1000 calls. A wait that the engine times (`Atomics`)
 * loads nothing; but a timer takes 10 us more, a turn 12, and a timer that is stopped
 * holds 1 KiB until its time. So they are used as often as loading is worth it, and not
 * where a program has set a `setTimeout` of its own, as tests do.
 *
 * @module
 */

/** So many timers and turns of a process begin so. */
const MOST_TIMERS = 256;
const MOST_TURNS = 512;

/** Nothing is ever written there. */
type Cell = Int32Array<SharedArrayBuffer>;

let timers = 0;
let turns = 0;
/** What turns wait for; made for the first one. */
let turnCell: Cell | null = null;
/** Keeps the program alive while something listens to it; made when first needed. */
let life: AbortSignal | null = null;

/**
 * Calls back after some milliseconds, if that needn't be left to `setTimeout`.
 *
 * @param keepsAlive Whether the timer keeps the program alive.
 * @returns A function that cancels the call; null if `setTimeout` is to be used.
 */
export function startFirstTimer(
  callback: () => void,
  ms: number,
  keepsAlive: boolean,
): (() => void) | null {
  if (timers >= MOST_TIMERS || !isLate("setTimeout")) return null;
  timers++;
  const cell = newCell();
  const letEnd = keepsAlive ? keepAlive() : null;
  let isOver = false;
  // A wait of 0 ms would be over at once, without a turn.
  void wait(cell, Math.max(1, ms)).then(() => {
    if (isOver) return;
    isOver = true;
    letEnd?.();
    callback();
  });
  return () => {
    if (isOver) return;
    isOver = true;
    letEnd?.();
    Atomics.notify(cell, 0);
  };
}

/**
 * Calls back after the I/O that has finished, if that needn't be left to `setImmediate`.
 *
 * @returns Whether it will.
 */
export function runFirstTurn(callback: () => void): boolean {
  if (turns >= MOST_TURNS || !isLate("setImmediate")) return false;
  turns++;
  const cell = turnCell ??= newCell();
  const letEnd = keepAlive();
  void wait(cell).then(() => {
    letEnd();
    callback();
  });
  // The engine tells it in a task, which is run in the next turn.
  Atomics.notify(cell, 0);
  return true;
}

/** Whether Deno loads it when somebody looks at it. */
function isLate(name: "setTimeout" | "setImmediate"): boolean {
  return Object.getOwnPropertyDescriptor(globalThis, name)?.get !== undefined;
}

function newCell(): Cell {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Waits until it is notified, or the time is over. */
function wait(cell: Cell, ms = Infinity): Promise<unknown> {
  // It holds 0, and the time isn't 0: so this waits.
  return Atomics.waitAsync(cell, 0, 0, ms).value as Promise<unknown>;
}

/** Keeps the program alive, as a wait doesn't; gives a function that ends that. */
function keepAlive(): () => void {
  const signal = life ??= AbortSignal.timeout(2 ** 31 - 1);
  const listener = (): void => {};
  signal.addEventListener("abort", listener);
  return () => signal.removeEventListener("abort", listener);
}
