import { turn } from "../../transports/turn.ts";

const MOST = 10_000;

/**
 * Connects until that is refused, and gives the error. A socket that was closed
 * goes on to listen for a moment: what is being started beside has a copy of each
 * descriptor until it runs its own program.
 */
export async function untilRefused(
  connect: () => Promise<Disposable | AsyncDisposable>,
): Promise<unknown> {
  for (let i = 0; i < MOST; i++) {
    try {
      await using _copy = await connect();
    } catch (error) {
      return error;
    }
    await turn();
  }
  throw new Error("Somebody goes on to listen");
}

/** Leaves the file of a Unix socket that nobody listens on any more. */
export async function leaveStale(path: string): Promise<void> {
  const live = Deno.listen({ transport: "unix", path: `${path}-live` });
  // Closing removes the file of its own name.
  Deno.renameSync(`${path}-live`, path);
  live.close();
  await untilRefused(() => Deno.connect({ transport: "unix", path }));
}
