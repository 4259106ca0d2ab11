/** Two of ours that refuse most of what the other one asks for go on. */
import { assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { conformance } from "../support/conformance.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";
import type { TestPeer } from "../support/scene.ts";

const COUNT = 500;

/** Far above what the other side lets be open, and its other options at their least. */
const OPTIONS = {
  maxOpenSentRequests: COUNT + 1,
  maxOpenReceivedRequests: 1,
  replyQueueBytes: 1,
  // More than what lies between the two holds.
  writeQueueBytes: 2 ** 26,
  stallTimeout: 0,
  maxBodyLenRead: 2 ** 16,
  maxBodyLenWrite: 2 ** 16,
};

const BODY = new Uint8Array(32 * 1024);

/** Asks for everything at once, and is refused each. */
async function ask(peer: TestPeer): Promise<void> {
  const codes = await Promise.all(
    Array.from(
      { length: COUNT },
      () => peer.call(1, BODY).then(() => null, ({ code }) => code),
    ),
  );
  assertEquals(codes, Array(COUNT).fill("remote-error"));
}

conformance(
  "two sides with very many open requests refuse each other's and go on",
  async (scene) => {
    const peers = await scene.pair(OPTIONS);
    const release = Promise.withResolvers<void>();
    const holding = peers.map((peer) => {
      const held = Promise.withResolvers<void>();
      peer.serve({
        1: () => "done",
        2: async () => {
          held.resolve();
          await release.promise;
          return "released";
        },
      });
      return held.promise;
    });
    const calls = peers.map((peer) => peer.call(2, ""));
    // They fail where the test does.
    for (const call of calls) call.catch(() => {});
    await Promise.all(holding);
    await deadline(Promise.all(peers.map(ask)), HANGS_AFTER);
    // The connection is as it was.
    release.resolve();
    for (const call of calls) assertEquals((await call).text(), "released");
    for (const peer of peers) {
      assertEquals((await peer.call(1, "")).text(), "done");
      assertEquals(peer.stats().reading, { paused: false });
    }
  },
);
