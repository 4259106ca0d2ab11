/** What a peer that goes on sending can make this side keep, when it can't write any more. */
import { assert, assertEquals } from "@std/assert";
import { Peer, StreamTransport } from "../../mod.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import {
  frame,
  frames,
  REQUEST,
  RESPONSE,
  STREAM,
} from "../support/scripted_frames.ts";
import { sized } from "../support/suite/long.ts";
import { Victim } from "../hostile/victim.ts";
import { brokenPipe, failWrite } from "./support.ts";

const KIB = 1024;
const PER_CHUNK = 512;
const TYPES = { STREAM, REQUEST, RESPONSE };

/** A chunk of empty messages. */
function chunk(type: number, first: number): Uint8Array<ArrayBuffer> {
  return frames(
    ...Array.from({ length: PER_CHUNK }, (_, i) => frame(type, first + i, 1)),
  );
}

for (const kind of SCRIPTED_KINDS) {
  for (const [name, type] of Object.entries(TYPES)) {
    Deno.test(`After a failed write empty messages count for more than their bytes: ${name} (${kind})`, async () => {
      // A message in memory takes some hundred bytes, however short it was.
      const most = 8192;
      await using victim = new Victim({
        kind,
        maxInboxBytes: 1024 * KIB,
        maxInboxMessages: 2 * PER_CHUNK,
        maxOpenReceivedRequests: 10,
      });
      const { peer } = victim;
      // More than a MiB, or 3.
      const count = sized(150, 400);
      for (let i = 0; i < count; i++) {
        await victim.say(chunk(type, i * PER_CHUNK));
      }
      await failWrite(victim);
      assertEquals((await peer.closed)?.code, "connection-aborted");
      const { inboxMessages } = peer.stats();
      assert(
        inboxMessages <= most,
        `${inboxMessages} messages are kept, of ${count * PER_CHUNK}`,
      );
    });
  }
}

/** A source that has bytes whenever it is asked: it never gives the event loop a turn. */
function eager(most: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let given = 0;
  return new ReadableStream({
    pull(controller) {
      if (given++ >= most) controller.close();
      else controller.enqueue(frame(STREAM, 0, 1, new Uint8Array(8000)));
    },
  }, { highWaterMark: 0 });
}

Deno.test("A source that always has bytes is cut off after a failed write too", async () => {
  const most = 4000;
  const maxInboxBytes = 100 * KIB;
  const transport = new StreamTransport({
    readable: eager(most),
    writable: new WritableStream({
      write() {
        throw brokenPipe();
      },
    }),
  });
  const peer = Peer.spawn(transport, { maxInboxBytes });
  await peer.sendStream(1, "").catch(() => {});
  const error = await peer.closed;
  const { bytesReceived } = peer.stats();
  assert(
    bytesReceived <= 4 * maxInboxBytes,
    `${bytesReceived} bytes were read`,
  );
  assertEquals(error?.code, "connection-aborted");
  await peer.close();
});
