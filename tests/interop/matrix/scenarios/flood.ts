import { assert, assertEquals } from "@std/assert";
import type { ReceivedRequestHandle } from "../../../../mod.ts";
import { HOLD, SAMPLE, TALLY } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";
import { nextStream } from "../../../support/expect.ts";

/** What one read may bring beyond the limit, in messages of 4000 bytes. */
const ONE_READ = Math.ceil(256 * 1024 / 4000);

/** Neither side can be made to lose a message; only one of them has bounds. */
export const flood: Scenario = {
  name: "a flood arrives whole, and this side stays within its limits",
  defect: "E: its own queues have none",

  async toNative(scene) {
    const options = { writeQueueBytes: 1024, maxOpenSentRequests: 50 };
    const [peer, native] = await scene.toNative(options);
    const sends: Promise<void>[] = [];
    for (let i = 0; i < 1000; i++) {
      sends.push(peer.sendStream(SAMPLE, String(i)));
    }
    await Promise.all(sends);
    assertEquals((await peer.call(TALLY, "")).text(), "1000");
    const tallies: Promise<string>[] = [];
    for (let i = 0; i < 200; i++) {
      tallies.push(peer.call(TALLY, "").then((response) => response.text()));
      assert(peer.stats().openSentRequests <= 50);
    }
    assertEquals(new Set(await Promise.all(tallies)), new Set(["1000"]));
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const [peer, native] = await scene.fromNative("ask:flood", {
      maxInboxMessages: 4,
      maxOpenReceivedRequests: 100,
    });
    let most = 0;
    for (let i = 0; i < 200; i++) {
      // Later, small requests may be among them.
      if (i < 100) most = Math.max(most, peer.stats().inboxMessages);
      assertEquals(Number((await nextStream(peer)).text()), i);
    }
    assert(most <= 4 + ONE_READ, `${most} messages were in an inbox for 4`);
    const held: ReceivedRequestHandle[] = [];
    for (let i = 0; i < 100; i++) {
      const message = await peer.recvMessage();
      assert(message?.kind === "request");
      assertEquals(message.body.text(), String(i));
      held.push(message.request);
    }
    // By then the other hundred have been refused: the last one is answered.
    assertEquals(await native.line(), "the last one: -1");
    assertEquals(peer.stats().refusedRequests, 100);
    for (const request of held) await request.sendResponse(HOLD, "");
    await peer.serve({ [TALLY]: () => "200" });
    await scene.endFromNative(peer, native, [
      "100 refused",
      `response ${TALLY}: 200`,
      "done",
    ]);
  },
};
