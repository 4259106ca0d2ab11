import { assertLess } from "@std/assert";
import { listen } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { fill, writeAll } from "../support/scripted_fill.ts";
import {
  frame,
  frames,
  REQUEST,
  REQUESTER_UPDATE,
  STREAM,
} from "../support/scripted_frames.ts";
import { Victim } from "./victim.ts";

const WIRE = 4096;
const LIMIT = 100_000;

for (const kind of SCRIPTED_KINDS) {
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

testWith(
  "net",
  "Small messages nobody takes don't hold the memory of what came between them",
  async () => {
    const limit = 1024 * 1024;
    await using listener = listen("tcp://127.0.0.1:0", {
      maxInboxBytes: limit,
    });
    const accepted = listener.accept();
    using conn = await Deno.connect({ port: listener.addr.port });
    await using peer = await accepted;
    await writeAll(conn, frame(REQUEST, 7, 1));
    const message = await peer.recvMessage();
    if (message?.kind === "request") await message.request.sendResponse(1, "");
    // Late updates are dropped; they only fill the buffers that the others are in.
    const late = frame(REQUESTER_UPDATE, 7, 1, new Uint8Array(8192));
    const round = frames(
      frame(STREAM, 0, 1, "x"),
      ...Array<Uint8Array>(16).fill(late),
    );
    const rounds = 300;
    for (let i = 0; i < rounds; i++) await writeAll(conn, round);
    await conn.closeWrite();
    await peer.closed;
    const buffers = new Set<ArrayBuffer>();
    for await (const message of peer) {
      if (message.kind === "stream") {
        buffers.add(message.message.body.data.buffer);
      }
    }
    let held = 0;
    for (const { byteLength } of buffers) held += byteLength;
    assertLess(held, 2 * limit, `held for ${rounds} bodies of one byte`);
  },
);
