import { RpcError } from "../../protocol/error.ts";
import { isAbortOf } from "../../internal/abort.ts";
import { isInstance } from "../../internal/errors.ts";
import type { StreamSubscription } from "../../peer/streams/stream_subscription.ts";

/** A stream whose messages a handler takes; disposing it ends that. */
export interface HandledStream extends Disposable {
  /** The id of the stream. */
  readonly serviceId: number;
  /** How many messages `keep` has dropped so far. */
  readonly dropped: number;
  /** No message is handed to the handler any more. Idempotent. */
  [Symbol.dispose](): void;
}

/**
 * Hands the values of a subscription to a handler, one after the other.
 *
 * @param signal What the subscription was made with.
 * @param report Gets what the handler throws.
 */
export function handleStream(
  subscription: StreamSubscription<unknown>,
  handler: (value: unknown) => unknown,
  signal: AbortSignal | undefined,
  report: (error: unknown) => void,
): HandledStream {
  let disposed = false;

  async function run(): Promise<void> {
    for await (const value of subscription) {
      if (disposed) return dispose(value);
      try {
        await handler(value);
      } catch (error) {
        // It has stopped, as it was asked to.
        if (!isAbortOf(error, signal)) report(error);
      }
    }
  }

  run().catch((error) => {
    // Both are known already: to who aborted, and by `closed` of the peer.
    if (isAbortOf(error, signal)) return;
    if (isInstance(error, RpcError) && error.fatal) return;
    report(error);
  });
  return {
    serviceId: subscription.serviceId,
    get dropped() {
      return subscription.dropped;
    },
    [Symbol.dispose]() {
      disposed = true;
      subscription[Symbol.dispose]();
    },
  };
}

/** It was on its way when the stream was let go of: nobody else can release what it owns. */
function dispose(value: unknown): void {
  (value as Partial<Disposable> | null | undefined)?.[Symbol.dispose]?.();
}
