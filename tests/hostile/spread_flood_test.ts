/** Floods of updates that no limit of one request stops. */
import { assertLess } from "@std/assert";
import { tick } from "../../internal/event_loop.ts";
import { MessageType } from "../../mod.ts";
import { conformance } from "../support/conformance.ts";
import { nextRequest } from "../support/expect.ts";
import { sized } from "../support/suite/long.ts";
import { fill } from "../support/scripted_fill.ts";
import {
  frame,
  frames,
  REQUEST,
  REQUESTER_UPDATE,
} from "../support/scripted_frames.ts";
import { Victim } from "./victim.ts";
import { WIRE_KINDS } from "./wires.ts";

const { Request, RequesterUpdate, Stream } = MessageType;
const KIB = 1024;

/** What a read, and the windows of what is under way, may bring beyond a limit. */
const BEYOND = 256 * KIB;
const MESSAGES = 1000;
const UPDATES = 50;

const WIRE = 4096;
const LIMIT = 100_000;

for (const kind of WIRE_KINDS) {
  for (const size of [0, 1000]) {
    Deno.test(`Updates of ${size} bytes nobody takes, spread over many requests, are stopped by the peer's limit (${kind})`, async () => {
      await using victim = new Victim({
        kind,
        reads: { capacity: WIRE },
        maxInboxBytes: LIMIT,
        maxInboxMessages: 1000,
        maxRequestInboxBytes: LIMIT,
        maxRequestInboxMessages: 1000,
      });
      const open: unknown[] = [];
      const taking = (async () => {
        for await (const message of victim.peer) open.push(message);
      })();
      const body = new Uint8Array(size);
      // None of the requests comes near its own limit.
      await fill(victim.wire.output, 1000, (id) =>
        frames(
          frame(REQUEST, id, 1),
          ...Array<Uint8Array>(50).fill(frame(REQUESTER_UPDATE, id, 2, body)),
        ));
      const { bytesReceived, messagesReceived } = victim.peer.stats();
      assertLess(bytesReceived, 3 * LIMIT, "bytes of updates that are held");
      assertLess(messagesReceived, 3000, "updates that are held");
      victim.wire.close();
      await victim.peer.close();
      await taking;
    });
  }
}

for (const size of [0, 1000]) {
  conformance(
    `Updates of ${size} bytes nobody takes, spread over many requests, are stopped by the peer's limit`,
    async (scene) => {
      const [peer, raw] = await scene.raw({
        maxInboxBytes: LIMIT,
        maxInboxMessages: MESSAGES,
        maxRequestInboxBytes: LIMIT,
        maxRequestInboxMessages: MESSAGES,
      });
      const open: unknown[] = [];
      const taking = (async () => {
        for await (const message of peer) open.push(message);
      })();
      const { headLen } = scene.transport;
      const body = new Uint8Array(size);
      // More than may be received. None of the requests comes near its own limit.
      const most = MESSAGES + BEYOND / headLen;
      const rounds = Math.ceil(
        size === 0 ? 2 * most / UPDATES : 4 * BEYOND / (UPDATES * size),
      );
      const sent = Promise.allSettled(
        Array.from({ length: rounds }, (_, id) =>
          raw.sendBatch([
            [Request, id, 1, ""],
            ...Array(UPDATES).fill([RequesterUpdate, id, 2, body]),
          ])),
      );
      for (;;) {
        const { pauses, messagesReceived } = peer.stats();
        if (pauses > 0 || messagesReceived >= rounds * UPDATES) break;
        await tick();
      }
      await scene.pace();
      const { bytesReceived, messagesReceived } = peer.stats();
      assertLess(bytesReceived, LIMIT + BEYOND, "bytes of updates");
      assertLess(messagesReceived, most, "updates");
      await Promise.all([raw.close(), sent, peer.close(), taking]);
    },
  );
}

conformance(
  "Small messages nobody takes don't hold the memory of what came between them",
  async (scene) => {
    const limit = 1024 * KIB;
    const length = 8192;
    const [peer, raw] = await scene.raw({
      ...scene.limits(length),
      maxInboxBytes: limit,
    });
    await raw.send(Request, 7, 1);
    const { request } = await nextRequest(peer);
    await request.sendResponse(1, "");
    // Late updates are dropped; they only fill the buffers that the others are in.
    const late = [RequesterUpdate, 7, 1, new Uint8Array(length)] as const;
    const rounds = sized(100, 300);
    for (let i = 0; i < rounds; i++) {
      await raw.sendBatch([[Stream, 0, 1, "x"], ...Array(16).fill(late)]);
    }
    await raw.end();
    while (await raw.recv() !== null);
    await peer.closed;
    const buffers = new Set<ArrayBuffer>();
    let count = 0;
    for await (const message of peer) {
      if (message.kind !== "stream") continue;
      count++;
      buffers.add(message.message.body.data.buffer);
    }
    let held = 0;
    for (const { byteLength } of buffers) held += byteLength;
    assertLess(held, 2 * limit, `held for ${rounds} bodies of one byte`);
  },
);
