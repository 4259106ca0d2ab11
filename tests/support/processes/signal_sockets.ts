/**
 * Lets Deno open the sockets by which it hears of signals. Else it does so by itself, some
 * 0.4 s after the start of a process: in the middle of counting descriptors, or with a
 * panic, where there is none left.
 */
export function openSignalSockets(): void {
  const listener = (): void => {};
  Deno.addSignalListener("SIGUSR1", listener);
  Deno.removeSignalListener("SIGUSR1", listener);
}
