/** What frees a paused reader, and what stops one that replies to nobody. */
import { assertEquals, assertLess } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextStream } from "../../support/expect.ts";

const { Request, Response, ResponderUpdate, Stream } = MessageType;
const ONE_READ = 256 * 1024;
const BODY = new Uint8Array(8000);
const LONG_BODY = new Uint8Array(64 * 1024);

conformance(
  "giving up a request with unread updates lets reading go on",
  async (scene) => {
    const [peer, raw] = await scene.raw({ maxRequestInboxMessages: 1 });
    const sent = await peer.sendRequest(1, "");
    await raw.recv();
    const sending = (async () => {
      for (let i = 0; i < 200; i++) await raw.send(ResponderUpdate, 0, i, BODY);
      await raw.send(Stream, 0, 1);
    })();
    await scene.pace();
    sent[Symbol.dispose]();
    await nextStream(peer);
    await sending;
    await raw.send(Response, 0, 1);
  },
);

conformance(
  "replies that nobody reads stop the work they come from",
  async (scene) => {
    const [peer, raw] = await scene.raw({
      ...scene.limits(LONG_BODY.length),
      writeQueueBytes: 1,
      replyQueueBytes: 100_000,
      maxInboxMessages: 10,
    });
    let served = 0;
    const serving = peer.serve({
      1: () => {
        served++;
        return LONG_BODY;
      },
    });
    // More than the transport takes while nobody reads.
    const count = Math.ceil(1.5 * scene.transport.capacity / LONG_BODY.length) +
      20;
    const asking = (async () => {
      for (let i = 0; i < count; i++) await raw.send(Request, i, 1);
    })();
    await scene.pace(100);
    const { queuedBytes } = peer.stats();
    assertLess(queuedBytes, 100_000 + 2 * ONE_READ);
    assertLess(served, count);
    for (let i = 0; i < count; i++) {
      const message = await raw.recv();
      assertEquals([message?.header.type, message?.isError], [Response, false]);
    }
    await asking;
    assertEquals(served, count);
    await raw.end();
    await serving;
  },
);
