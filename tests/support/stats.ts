import { assertEquals } from "@std/assert";
import type { PeerStats } from "../../mod.ts";
import type { Scene, TestPeer } from "./scene.ts";

/** The figures of a new connection. */
export const NOTHING: PeerStats = {
  messagesSent: 0,
  messagesReceived: 0,
  bytesSent: 0,
  bytesReceived: 0,
  openSentRequests: 0,
  openReceivedRequests: 0,
  queuedBytes: 0,
  inboxMessages: 0,
  reading: { paused: false },
  errors: 0,
  lateUpdates: 0,
  refusedRequests: 0,
  droppedMessages: 0,
  outdatedMessages: 0,
};

/** Fails unless the counts are zero but for some; bytes are looked at elsewhere. */
export function assertStats(
  peer: TestPeer,
  expected: Partial<PeerStats>,
): void {
  const bytes = { bytesSent: 0, bytesReceived: 0, queuedBytes: 0 };
  assertEquals(
    { ...peer.stats(), ...bytes },
    { ...NOTHING, ...expected, ...bytes },
  );
}

/** Waits until the figures say so. */
export async function until(
  scene: Scene,
  peer: TestPeer,
  holds: (stats: PeerStats) => boolean,
): Promise<void> {
  for (let i = 0; !holds(peer.stats()) && i < 100; i++) await scene.pace(1);
}
