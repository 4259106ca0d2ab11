import { tick } from "../../../internal/event_loop.ts";
import { assertEquals } from "@std/assert";
import type { PeerStats } from "../../../mod.ts";
import type { Scene, UnixPeer } from "../support/scene.ts";
import { openSignalSockets } from "../../support/processes/signal_sockets.ts";

openSignalSockets();

/** Something that must leave no descriptor; in a process of its own. */
export type Case = (scene: Scene) => Promise<void>;

/** Cases by name. */
export type Cases = Record<string, Case>;

/** So many descriptors are open that shouldn't be. */
export class LeftOpen extends Error {
  constructor(count: number) {
    super(`${count} descriptors are left`);
  }
}

/** The numbers of the open descriptors. */
export function openFds(): number[] {
  // One of them is the one that reads the directory.
  return [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => Number(name));
}

/** Remembers what is open now, and fails if it is something else later. */
export function remember(): () => void {
  const before = openFds().length;
  return () => {
    const left = openFds().length - before;
    if (left !== 0) throw new LeftOpen(left);
  };
}

/** Gives the event loop turns until something holds, or it can't any more. */
export async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !holds(); i++) {
    await tick();
  }
  assertEquals(holds(), true, "what was waited for hasn't come");
}

/** Waits until the figures of a peer say so. */
export function untilStats(
  peer: UnixPeer,
  holds: (stats: PeerStats) => boolean,
): Promise<void> {
  return until(() => holds(peer.stats()));
}

/** Waits until a peer receives nothing for many turns; `look` is called in each. */
export async function untilQuiet(
  peer: UnixPeer,
  look: () => void,
): Promise<void> {
  let last = -1;
  for (let quiet = 0; quiet < 50; quiet++) {
    await tick();
    look();
    const { messagesReceived } = peer.stats();
    if (messagesReceived !== last) quiet = 0;
    last = messagesReceived;
  }
}
