import { unlessAborted } from "../internal/abort.ts";

/**
 * Connects with a signal. When the signal fires, rejects with its reason; if the
 * connection is made later, closes it.
 */
export async function connectSocket<C extends Disposable>(
  connect: () => Promise<C>,
  signal: AbortSignal | undefined,
): Promise<C> {
  if (signal === undefined) return await connect();
  signal.throwIfAborted();
  const pending = connect();
  try {
    return await unlessAborted(pending, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    pending.then((conn) => conn[Symbol.dispose](), () => {});
    throw signal.reason;
  }
}
