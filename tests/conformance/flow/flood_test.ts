/** Two peers that flood each other make progress. */
import { assert, assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import { nextRequest } from "../../support/expect.ts";
import { sized } from "../../support/suite/long.ts";
import type { TestPeer } from "../../support/scene.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Answers one request after the other, as a simple server does. */
async function serveSequentially(peer: TestPeer, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { request, body } = await nextRequest(peer);
    await request.sendResponse(request.serviceId, body);
  }
}

async function flood(
  peer: TestPeer,
  count: number,
  body: Uint8Array,
): Promise<void> {
  const replies = await Promise.all(
    Array.from({ length: count }, (_, i) => peer.call(i, body)),
  );
  for (const [i, reply] of replies.entries()) {
    assertEquals(reply.header.serviceId, i);
    assertEquals(reply.body.data.length, body.length);
  }
}

for (
  const [what, length, options] of [
    ["with the default limits", 8192, {}],
    ["with a small write queue", 64 * KIB, { writeQueueBytes: 1 }],
    ["with few open requests", 64 * KIB, {
      maxOpenSentRequests: 4,
      maxOpenReceivedRequests: 4,
      maxInboxMessages: 2,
      writeQueueBytes: 1,
    }],
  ] as const
) {
  conformance(
    `two peers that flood each other make progress ${what}`,
    async (scene) => {
      const limits = scene.limits(length);
      const [left, right] = await scene.pair({ ...limits, ...options });
      // More than the transport takes while nobody reads.
      const count = sized(
        Math.ceil(scene.transport.capacity / length) + 50,
        1500,
      );
      const body = new Uint8Array(length);
      await Promise.all([
        serveSequentially(left, count),
        serveSequentially(right, count),
        flood(left, count, body),
        flood(right, count, body),
      ]);
      for (const peer of [left, right]) {
        assertEquals(peer.stats().refusedRequests, 0);
        assertEquals(peer.stats().openSentRequests, 0);
      }
    },
  );
}

conformance("calls with updates both ways make progress", async (scene) => {
  const [left, right] = await scene.pair({
    writeQueueBytes: 1000,
    maxRequestInboxMessages: 2,
    maxInboxMessages: 2,
    maxOpenSentRequests: 8,
  });
  const updates = 10;
  for (const peer of [left, right]) {
    peer.serve({
      1: async (request, body) => {
        for (let i = 0; i < updates; i++) await request.sendUpdate(i, body);
        return body;
      },
    });
  }
  const ask = async (peer: TestPeer): Promise<void> => {
    const request = await peer.sendRequest(1, new Uint8Array(500));
    let n = 0;
    for await (const update of request) {
      assertEquals(update.header.serviceId, n++);
    }
    assertEquals(n, updates);
    const response = await request.recvResponse();
    assert(!response.isError);
  };
  for (let i = 0; i < 10; i++) {
    await Promise.all([left, right, left, right].map(ask));
  }
});

conformance(
  "two peers that flooded each other with large bodies make progress",
  async (scene) => {
    const length = Math.min(MIB, scene.transport.maxBodyLen);
    const maxInboxBytes = sized(4 * MIB, 16 * MIB);
    const [left, right] = await scene.pair({
      ...scene.limits(length),
      maxInboxBytes,
    });
    // More than the inboxes of both sides take.
    const count = 4 * maxInboxBytes / length;
    const body = new Uint8Array(length);
    const flooding = [flood(left, count, body), flood(right, count, body)];
    // Both were busy with something else for a while.
    await scene.pace(500);
    await Promise.all([
      serveSequentially(left, count),
      serveSequentially(right, count),
      ...flooding,
    ]);
  },
  // By TLS these 128 MiB take seconds, with both ends in one process.
  ({ name }) => name !== "TLS",
);
