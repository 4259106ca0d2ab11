import { assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import type { PeerHandle } from "../../mod.ts";
import { type LinkOptions, LINKS, testLink } from "./links.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";

const MIB = 1024 * 1024;

/** Answers one request after the other, awaiting each response; counts the stream messages. */
async function serveInTurn(peer: PeerHandle): Promise<number> {
  let streams = 0;
  for await (const message of peer) {
    if (message.kind === "stream") streams++;
    else await message.request.sendResponse(1, message.body);
  }
  return streams;
}

/** Sends so many requests and stream messages at once, and awaits them all. */
async function flood(
  peer: PeerHandle,
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
const limits = { maxBodyLenRead: MIB, maxBodyLenWrite: MIB, stallTimeout };

const FLOODS: readonly [string, number, number, LinkOptions][] = [
  ["4000 small messages", 4000, 32, limits],
  ["200 messages of 64 KiB", 200, 64 * 1024, limits],
  ["50 messages of 1 MiB", 50, MIB, limits],
  ["20 messages of 1 MiB, more than the inboxes hold", 20, MIB, {
    ...limits,
    maxInboxBytes: 2 * MIB,
    writeQueueBytes: 8 * MIB,
  }],
  ["500 small messages, more than the inboxes hold", 500, 100, {
    ...limits,
    maxInboxMessages: 2,
    writeQueueBytes: 1000,
    replyQueueBytes: 1000,
    maxOpenSentRequests: 4,
  }],
];

for (const link of LINKS) {
  for (const [what, count, size, options] of FLOODS) {
    testLink(
      link,
      `Two peers that flood each other and answer in turn get done: ${what}`,
      options,
      async (...peers) => {
        const serving = Promise.allSettled(peers.map(serveInTurn));
        const body = new Uint8Array(size);
        const floods = await deadline(
          Promise.allSettled(peers.map((peer) => flood(peer, count, body))),
          HANGS_AFTER,
        );
        await Promise.all(peers.map((peer) => peer.close()));
        for (const each of floods) {
          if (each.status === "rejected") throw each.reason;
        }
        for (const each of await serving) {
          assertEquals(each, { status: "fulfilled", value: count });
        }
      },
    );
  }
}
