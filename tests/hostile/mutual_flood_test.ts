import { assertEquals } from "@std/assert";
import { conformance } from "../support/conformance.ts";
import type { PairOptions, TestPeer } from "../support/scene.ts";
import { sized } from "../support/suite/long.ts";

const MIB = 1024 * 1024;

/** Answers one request after the other, awaiting each response; counts the stream messages. */
async function serveInTurn(peer: TestPeer): Promise<number> {
  let streams = 0;
  for await (const message of peer) {
    if (message.kind === "stream") streams++;
    else await message.request.sendResponse(1, message.body);
  }
  return streams;
}

/** Sends so many requests and stream messages at once, and awaits them all. */
async function flood(
  peer: TestPeer,
  count: number,
  body: Uint8Array,
): Promise<void> {
  const all: Promise<unknown>[] = [];
  for (let i = 0; i < count; i++) {
    all.push(peer.sendStream(1, body));
    all.push(
      peer.call(1, body).then(({ body: { data } }) => {
        assertEquals(data.length, body.length);
      }),
    );
  }
  await Promise.all(all);
}

// A deadlock is cut off after this long, and the test fails.
const stallTimeout = 5000;

const FLOODS: readonly [string, number, number, PairOptions][] = [
  ["many small messages", sized(1000, 4000), 32, {}],
  ["messages of 64 KiB", sized(50, 200), 64 * 1024, {}],
  ["messages of 1 MiB", sized(8, 50), MIB, {}],
  ["messages of 1 MiB, more than the inboxes hold", sized(8, 20), MIB, {
    maxInboxBytes: 2 * MIB,
    writeQueueBytes: 4 * MIB,
  }],
  ["small messages, more than the inboxes hold", sized(200, 500), 100, {
    maxInboxMessages: 2,
    writeQueueBytes: 1000,
    replyQueueBytes: 1000,
    maxOpenSentRequests: 4,
  }],
];

for (const [what, count, size, options] of FLOODS) {
  conformance(
    `Two peers that flood each other and answer in turn get done: ${what}`,
    async (scene) => {
      const limits = scene.limits(MIB);
      const peers = await scene.pair({ ...limits, stallTimeout, ...options });
      const serving = Promise.allSettled(peers.map(serveInTurn));
      const body = new Uint8Array(size);
      const floods = await Promise.allSettled(
        peers.map((peer) => flood(peer, count, body)),
      );
      await Promise.all(peers.map((peer) => peer.close()));
      for (const each of floods) {
        if (each.status === "rejected") throw each.reason;
      }
      for (const each of await serving) {
        assertEquals(each, { status: "fulfilled", value: count });
      }
    },
    ({ maxBodyLen }) => size <= maxBodyLen,
  );
}
