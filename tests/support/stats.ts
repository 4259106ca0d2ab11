import { assertEquals } from "@std/assert";
import type { PeerStats } from "../../mod.ts";
import type { Scene, TestPeer } from "./scene.ts";

/** The figures that are counted; who it is and how long things take is looked at elsewhere. */
type Counts = Omit<
  PeerStats,
  "transport" | "info" | "since" | "state" | "pausedTime"
>;

/** The figures of a new connection. */
export const NOTHING: Counts = {
  messagesSent: 0,
  messagesReceived: 0,
  bytesSent: 0,
  bytesReceived: 0,
  openSentRequests: 0,
  openReceivedRequests: 0,
  waitingSends: 0,
  queuedBytes: 0,
  inboxMessages: 0,
  inboxBytes: 0,
  unreadUpdates: 0,
  pauses: 0,
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
  expected: Partial<Counts>,
): void {
  assertEquals(countsOf(peer), { ...NOTHING, ...expected, ...BYTES });
}

const BYTES = {
  bytesSent: 0,
  bytesReceived: 0,
  queuedBytes: 0,
  inboxBytes: 0,
};

function countsOf(peer: TestPeer): Counts {
  const {
    transport: _1,
    info: _2,
    since: _3,
    state: _4,
    pausedTime: _5,
    ...counts
  } = peer.stats();
  return { ...counts, ...BYTES };
}

/** Waits until the figures say so. */
export async function until(
  scene: Scene,
  peer: TestPeer,
  holds: (stats: PeerStats) => boolean,
): Promise<void> {
  for (let i = 0; !holds(peer.stats()) && i < 100; i++) await scene.pace(1);
}
