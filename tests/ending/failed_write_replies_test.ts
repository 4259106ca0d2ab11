/** A write that fails while replies that nobody reads hold reading back. */
import { assert } from "@std/assert";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { frame, REQUEST } from "../support/scripted_frames.ts";
import { Victim } from "../hostile/victim.ts";
import {
  allFail,
  assertClosed,
  assertEmpty,
  breakWrites,
  settleDown,
  UNREAD_ENDS,
} from "./support.ts";

const REQUESTS = 200;

/** Asks more than is taken; some of it stays unread. */
async function ask(victim: Victim): Promise<void> {
  for (let id = 0; id < REQUESTS; id++) await victim.say(frame(REQUEST, id, 1));
  await settleDown(victim);
  const { bytesReceived } = victim.peer.stats();
  assert(bytesReceived < REQUESTS * 16, `all ${bytesReceived} bytes were read`);
}

for (const kind of SCRIPTED_KINDS) {
  for (const { name, code, apply } of UNREAD_ENDS) {
    Deno.test(`serve ends when a write fails with replies over replyQueueBytes: ${name} (${kind})`, async () => {
      await using victim = new Victim({
        kind,
        maxInboxMessages: 10,
        replyQueueBytes: 1000,
        writes: { capacity: 10 },
      });
      const { peer } = victim;
      const never = Promise.withResolvers<string>();
      let handled = 0;
      const serving = peer.serve({
        1: (request) => {
          handled++;
          // One is being worked on until its connection ends.
          if (request.requestId === 0) return never.promise;
          return new Uint8Array(200);
        },
      });
      const sent = await peer.sendRequest(1, "");
      await ask(victim);
      assert(handled < REQUESTS, "no reply was held back");
      const pending = {
        recvResponse: sent.recvResponse(),
        recvUpdate: sent.recvUpdate(),
        call: peer.call(1, ""),
      };
      apply(victim);
      breakWrites(victim);
      await allFail(pending, code);
      await assertClosed(peer, code);
      never.resolve("too late");
      await serving;
      assertEmpty(victim);
      await allFail({ sendStream: peer.sendStream(1, "") }, code);
    });

    Deno.test(`A write that fails behind refused requests ends all: ${name} (${kind})`, async () => {
      await using victim = new Victim({
        kind,
        maxOpenReceivedRequests: 1,
        maxOpenSentRequests: 1,
        replyQueueBytes: 1000,
        writes: { capacity: 10 },
      });
      const { peer } = victim;
      const sent = await peer.sendRequest(1, "");
      await ask(victim);
      const { refusedRequests } = peer.stats();
      assert(refusedRequests > 0, "nothing was refused");
      apply(victim);
      breakWrites(victim);
      await allFail({
        recvResponse: sent.recvResponse(),
        call: peer.call(1, ""),
      }, code);
      await assertClosed(peer, code);
      assertEmpty(victim);
      const message = await peer.recvMessage();
      assert(message?.kind === "request");
      await allFail({ answer: message.request.sendResponse(1, "") }, code);
    });
  }
}
