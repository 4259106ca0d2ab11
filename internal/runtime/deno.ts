/** A class of errors, of Deno or of ours. */
export type ErrorClass = new (
  message?: string,
  options?: ErrorOptions,
) => Error;

/** The part of `Deno` that the library uses. */
interface DenoParts {
  readonly errors: Readonly<Record<string, ErrorClass>>;
  readonly build: { readonly os: string; readonly arch: string };
  unrefTimer(timer: unknown): void;
}

/** `Deno`, where the program runs in Deno; elsewhere undefined. */
export const deno = (globalThis as unknown as { Deno?: DenoParts }).Deno;

/** The part of Node's `process` that is used. */
interface Process {
  readonly platform?: string;
}

/** Whether the program runs on Linux. False in browsers, which don't tell. */
export const isLinux: boolean = /* @__PURE__ */ platform() === "linux";

function platform(): string | undefined {
  // Not even a look at `process` in Deno: that loads its whole part for Node.
  if (deno !== undefined) return deno.build.os;
  const { process } = globalThis as unknown as { process?: Process };
  return process?.platform;
}

/**
 * Lets the program end while a timer runs. In browsers there is nothing to do: a
 * timer keeps no page open.
 */
export function unrefTimer(timer: unknown): void {
  if (deno !== undefined) deno.unrefTimer(timer);
  // Timers of Node and Bun are objects.
  else if (typeof timer === "object") (timer as { unref(): void }).unref();
}

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
