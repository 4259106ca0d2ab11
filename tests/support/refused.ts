import { tick } from "../../internal/event_loop.ts";
import type { ErrorClass } from "./transport_under_test.ts";

const MOST = 10_000;

/**
 * Connects until that is refused. A socket that was closed lives on for a moment:
 * what is being started beside has a copy of each descriptor until it runs its own
 * program.
 */
export async function untilRefused(
  connect: () => Promise<Disposable | AsyncDisposable>,
  refusal: ErrorClass = Deno.errors.ConnectionRefused,
): Promise<void> {
  let last: unknown = new Error("Somebody goes on to listen");
  for (let i = 0; i < MOST; i++) {
    try {
      await using _copy = await connect();
    } catch (error) {
      if (error instanceof refusal) return;
      last = error;
    }
    await tick();
  }
  throw last;
}

/** Waits until nobody has the socket of a file any more. */
export function untilStale(path: string): Promise<void> {
  return untilRefused(() => Deno.connect({ transport: "unix", path }));
}

/** Leaves the file of a Unix socket that nobody listens on any more. */
export async function leaveStale(path: string): Promise<void> {
  const live = Deno.listen({ transport: "unix", path: `${path}-live` });
  // Closing removes the file of its own name.
  Deno.renameSync(`${path}-live`, path);
  live.close();
  await untilStale(path);
}
