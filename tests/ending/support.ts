import { assert, assertEquals } from "@std/assert";
import { type PeerHandle, RpcError, type RpcErrorCode } from "../../mod.ts";
import type { Victim } from "../hostile/victim.ts";
import { tick } from "../../internal/event_loop.ts";

/** What a write to a connection that is gone fails with. */
export function brokenPipe(): Error {
  return new Deno.errors.BrokenPipe("Nobody reads any more");
}

/** Makes the writes of a victim fail from now on. */
export function breakWrites({ wire }: Victim): void {
  wire.input.failWrites(brokenPipe());
}

/** Does that, and lets a first write fail. */
export function failWrite(victim: Victim): Promise<void> {
  breakWrites(victim);
  return victim.peer.sendStream(1, "").catch(() => {});
}

/** Takes what a victim says until its end. */
export async function hearEnd({ wire }: Victim): Promise<void> {
  while (await wire.input.read() !== null);
}

/** Lets two periods of a victim's `stallTimeout` pass. */
export async function stall(victim: Victim, timeout: number): Promise<void> {
  for (let i = 0; i < 2; i++) {
    victim.clock.turn(timeout);
    await settleDown(victim);
  }
}

/** How the bytes that a victim hasn't read yet end, and what it says of that. */
export interface UnreadEnd {
  readonly name: string;
  readonly code: RpcErrorCode;
  apply(victim: Victim): void;
}

/** The ways in which they end. */
export const UNREAD_ENDS: readonly UnreadEnd[] = [
  {
    name: "a clean end",
    code: "connection-closed",
    apply: ({ wire }) => wire.output.endReads(),
  },
  {
    name: "a reset",
    code: "connection-aborted",
    apply: ({ wire }) =>
      wire.output.endReads(new Deno.errors.ConnectionReset("reset")),
  },
  {
    name: "nothing at all",
    code: "connection-aborted",
    apply: () => {},
  },
];

/**
 * Fails unless `closed` says that a connection ended with a code: after a clean end
 * it is null where no request was unanswered.
 */
export async function assertClosed(
  peer: Pick<PeerHandle, "closed">,
  code: RpcErrorCode,
): Promise<void> {
  const error = await peer.closed;
  if (error !== null || code !== "connection-closed") {
    assertEquals(error?.code, code);
  }
}

/** Fails unless all of them have failed, with one code. */
export async function allFail(
  pending: Record<string, Promise<unknown>>,
  code: RpcErrorCode,
): Promise<void> {
  const results = await Promise.allSettled(Object.values(pending));
  for (const [i, name] of Object.keys(pending).entries()) {
    const result = results[i]!;
    assert(result.status === "rejected", `${name} resolved`);
    assert(result.reason instanceof RpcError, `${name}: ${result.reason}`);
    assertEquals(result.reason.code, code, name);
  }
}

/** Fails unless nothing is left of a connection. */
export function assertEmpty(victim: Victim): void {
  const stats = victim.connection.figures.stats();
  assertEquals({
    openSentRequests: stats.openSentRequests,
    openReceivedRequests: stats.openReceivedRequests,
    queuedBytes: stats.queuedBytes,
    alarms: victim.clock.pending,
  }, {
    openSentRequests: 0,
    openReceivedRequests: 0,
    queuedBytes: 0,
    alarms: 0,
  });
}

/** Waits until a victim reads nothing more, by turns as it counts them itself. */
export async function settleDown(victim: Victim): Promise<void> {
  let before = -1;
  for (let i = 0; i < 1000; i++) {
    const { bytesReceived } = victim.peer.stats();
    if (bytesReceived === before) return;
    before = bytesReceived;
    for (let j = 0; j < 3; j++) await tick();
  }
}

/**
 * Waits for a promise that is to settle by what is there already: it fails where
 * the event loop has turned often enough and nothing has come of it.
 */
export async function settles<T>(promise: Promise<T>): Promise<T> {
  let pending = true;
  const settled = (): void => {
    pending = false;
  };
  promise.then(settled, settled);
  for (let i = 0; pending && i < 200; i++) await tick();
  assert(!pending, "It is still pending");
  return await promise;
}
