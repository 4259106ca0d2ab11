/** Runs something, and gives what it wrote to `console.error`: the arguments of each call. */
export async function consoleErrors(run: () => unknown): Promise<unknown[][]> {
  const calls: unknown[][] = [];
  const { error } = console;
  console.error = (...args: unknown[]): void => void calls.push(args);
  try {
    await run();
  } finally {
    console.error = error;
  }
  return calls;
}
