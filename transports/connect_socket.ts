import { abortable } from "@std/async";

/**
 * Connects with a signal: rejects with its reason when it fires, and closes a
 * connection that is made all the same.
 */
export async function connectSocket<C extends Disposable>(
  connect: () => Promise<C>,
  signal: AbortSignal | undefined,
): Promise<C> {
  if (signal === undefined) return await connect();
  signal.throwIfAborted();
  const pending = connect();
  try {
    return await abortable(pending, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    pending.then((conn) => conn[Symbol.dispose](), () => {});
    throw signal.reason;
  }
}
