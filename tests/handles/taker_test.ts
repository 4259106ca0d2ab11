/** Each message goes to one taker. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { conformance } from "../support/conformance.ts";
import { nextStream } from "../support/expect.ts";
import type { TestPeer } from "../support/scene.ts";

const TAKERS: Record<string, (peer: TestPeer) => Promise<unknown>> = {
  "serve()": (peer) => peer.serve({ 1: () => "" }),
  "a loop": (peer) => peer[Symbol.asyncIterator]().next(),
  "recvMessage()": (peer) => peer.recvMessage(),
};

for (const [first, take] of Object.entries(TAKERS)) {
  for (const [second, takeToo] of Object.entries(TAKERS)) {
    if (first === "recvMessage()" && second === first) continue;
    conformance(`${second} beside ${first} is refused`, async (scene) => {
      const [left, right] = await scene.pair();
      const taking = take(right);
      const error = await assertRejects(() => takeToo(right), TypeError);
      assert(error.message.includes("one serve()"), error.message);
      await left.sendStream(1, "");
      await left.close();
      await taking;
    });
  }
}

conformance("several recvMessage() may wait at once", async (scene) => {
  const [left, right] = await scene.pair();
  const both = Promise.all([nextStream(right), nextStream(right)]);
  for (const id of [1, 2]) await left.sendStream(id, "");
  const ids = (await both).map(({ header }) => header.serviceId);
  assertEquals(ids, [1, 2]);
});

conformance(
  "a loop that is left leaves the messages to others",
  async (scene) => {
    const [left, right] = await scene.pair();
    for (const id of [1, 2, 3]) await left.sendStream(id, "");
    for await (const message of right) {
      assert(message.kind === "stream");
      break;
    }
    assertEquals((await nextStream(right)).header.serviceId, 2);
    for await (const message of right) {
      assert(message.kind === "stream");
      assertEquals(message.message.header.serviceId, 3);
      break;
    }
    const serving = right.serve({ 1: () => "served" });
    assertEquals((await left.call(1, "")).text(), "served");
    await left.close();
    await serving;
    assertEquals(await right.recvMessage(), null);
  },
);
