import { unlessAborted } from "../internal/abort.ts";
import { pause } from "../internal/clock.ts";
import { isInstance } from "../internal/errors.ts";
import { RpcError } from "../protocol/error.ts";
import { Backoff, resolveBackoff } from "./backoff.ts";
import { isConnectionEnd, isRefusal } from "./retry_decision.ts";
import type { SignalOptions } from "../peer/handles/signal_options.ts";
import type { UpdatesOptions } from "../peer/handles/updates_options.ts";

/** A request with updates, as a typed client gives it. */
export interface FollowedRequest<U, R> extends Disposable {
  /** Its updates. */
  updates(options?: UpdatesOptions): AsyncIterable<U>;
  /** Its response. */
  response(options?: SignalOptions): Promise<R>;
}

/** What `follow` gives: an update, or that the request has begun again. */
export type FollowEvent<U> =
  | {
    /** An update has come. */
    readonly kind: "update";
    /** The update. */
    readonly update: U;
  }
  | {
    /** The request has begun again. What would have come meanwhile is missed. */
    readonly kind: "restart";
    /** What the request before has ended with. */
    readonly error: RpcError;
  };

/**
 * Follows a service with updates that has no end of its own, such as one that watches
 * something: when its connection is lost, or its server closes it or drains, the request
 * is made again over the next connection, and the loop is told. When the service answers, the
 * loop ends, and the response is what the iterator returns; leaving the loop cancels the
 * request. Where requests end before their first update, there is a wait between them,
 * which grows from 0.1 to 5 s.
 *
 * Only for what may run again. All other errors are thrown.
 *
 * @param start Makes the request, by a client of a link.
 * @param options Those of `updates()`: with `keep: "latest"` a slow loop gets the newest
 * update, and none that is old.
 * @throws What `start`, the updates and the response throw; the reason of the signal,
 * when it fires.
 *
 * @example A view that survives the restart of its server
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 * import { follow, reconnect } from "jsr:@fizyr/rpc/reconnect";
 *
 * const Robot = defineInterface({
 *   name: "Robot",
 *   services: {
 *     watch: {
 *       id: 1,
 *       endless: true,
 *       responseUpdates: { angle: { id: 1, body: body<number>() } },
 *     },
 *   },
 * });
 *
 * let starts = 0;
 * await using link = reconnect(() => {
 *   const [a, b] = MemoryTransport.pair();
 *   const server = Peer.spawn(b);
 *   const start = ++starts;
 *   Robot.serve(server, {
 *     async *watch(_nothing, { draining }) {
 *       yield { name: "angle", body: start };
 *       if (start === 2) return; // it has seen enough
 *       server.drain(); // it is told to stop
 *       while (!draining.aborted) await Promise.resolve();
 *     },
 *   });
 *   return Peer.spawn(a);
 * });
 * const robot = Robot.client(link);
 * const seen: unknown[] = [];
 * for await (const event of follow(() => robot.watch())) {
 *   seen.push(event.kind === "update" ? event.update.body : event.kind);
 * }
 * assertEquals(seen, [1, "restart", 2]);
 * ```
 */
export async function* follow<U, R>(
  start: () => Promise<FollowedRequest<U, R>>,
  options: UpdatesOptions = {},
): AsyncGenerator<FollowEvent<U>, R> {
  const backoff = new Backoff(resolveBackoff(), Math.random);
  for (;;) {
    using request = await begun(start(), options.signal);
    let updated = false;
    try {
      for await (const update of request.updates(options)) {
        updated = true;
        yield { kind: "update", update };
      }
      return await request.response(options);
    } catch (error) {
      if (!isInterrupted(error)) throw error;
      yield { kind: "restart", error };
    }
    if (updated) backoff.reset();
    else await pause(backoff.next(), options.signal);
    options.signal?.throwIfAborted();
  }
}

/** A request that is made; one that comes after the signal has fired is cancelled. */
async function begun<T extends Disposable>(
  starting: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await unlessAborted(starting, signal);
  } catch (error) {
    starting.then((request) => request[Symbol.dispose](), () => {});
    throw error;
  }
}

/** Whether it was the connection or the server that has ended, and not the work. */
function isInterrupted(error: unknown): error is RpcError {
  if (!isInstance(error, RpcError)) return false;
  if (isConnectionEnd(error) || isRefusal(error)) return true;
  return error.side === "remote" && error.reason === "canceled";
}
