import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { RpcError } from "../../../../mod.ts";
import { rejectsWith } from "../../../support/expect.ts";
import { fill, measure } from "../../support/pattern.ts";
import { ECHO, FILL, MEASURE } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";
import { ENDED } from "../scene.ts";

export const bodies: Scenario = {
  name: "empty bodies and the largest ones arrive intact, both ways",

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    const limit = scene.transport.maxBodyLen;
    for (const length of [0, 1, limit]) {
      const there = await peer.call(MEASURE, fill(length));
      assertEquals(there.text(), `${length} intact`);
      const back = await peer.call(FILL, String(length));
      assertEquals(measure(back.body.data), `${length} intact`);
    }
    const tooLarge = () => peer.call(MEASURE, fill(limit + 1));
    assertEquals(
      (await rejectsWith("payload-too-large", tooLarge)).fatal,
      false,
    );
    assertEquals((await peer.call(ECHO, "go on")).text(), "go on");
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const lengths = [0, 1, scene.transport.maxBodyLen];
    await scene.script(
      `bodies:${lengths}`,
      lengths.flatMap((length) => [
        `sent: ${length} intact`,
        `received: ${length} intact`,
      ]),
    );
  },
};

/** One byte more than the receiver takes; the sender's own limit is higher. */
export const overLimit: Scenario = {
  name: "a body over the reading limit ends a byte stream",
  where: ({ datagrams }) => !datagrams,

  async toNative(scene) {
    const limit = scene.transport.maxBodyLen;
    const [peer, native] = await scene.toNative({ maxBodyLenWrite: limit + 1 });
    // It closes with the body unread: on TCP that is a reset.
    const error = await assertRejects(
      () => peer.call(MEASURE, fill(limit + 1)),
      RpcError,
    );
    assertMatch(error.code, /^connection-(closed|aborted)$/);
    assertEquals(await native.take(2), [
      `error: payload too large: maximum payload size is ${limit}, got ${
        limit + 1
      }`,
      ENDED,
    ]);
    // The server still takes connections.
    const next = await scene.connect(native);
    assertEquals((await next.call(ECHO, "go on")).text(), "go on");
    await scene.endToNative(next, native);
  },

  async fromNative(scene) {
    const limit = scene.transport.maxBodyLen;
    const [peer, native] = await scene.fromNative(`ask:bodies:${limit + 1}`, {
      limit: limit + 1,
    });
    const error = await rejectsWith(
      "payload-too-large",
      () => peer.recvMessage(),
    );
    assertEquals([error.limit, error.actual, error.fatal], [
      limit,
      limit + 1,
      true,
    ]);
    const [lines, code] = await native.end();
    // Whether it sees a reset too depends on how much of the body was on its way.
    const seen = lines.filter((line) => !line.includes("Connection reset"));
    const expected = [ENDED, "script: connection aborted"];
    assertEquals([seen.toSorted(), code], [expected, 0]);
    assertEquals((await peer.closed)?.code, "payload-too-large");
  },
};

/** What is over the limit of a datagram's receiver. */
export const overLimitDatagram: Scenario = {
  name: "a body over the reading limit is dropped and reported here",
  defect: "C: there it is cut off without a word",
  where: ({ datagrams }) => datagrams,

  async toNative(scene) {
    const limit = scene.transport.maxBodyLen;
    const [peer, native] = await scene.toNative({ maxBodyLenWrite: 2 * limit });
    for (const length of [limit + 1, 2 * limit]) {
      const measured = await peer.call(MEASURE, fill(length));
      assertEquals(measured.text(), `${limit} intact`);
    }
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const limit = scene.transport.maxBodyLen;
    const script = `ask:send:${limit + 1},${limit}`;
    const [peer, native] = await scene.fromNative(script, { limit: 2 * limit });
    await peer.serve({ [MEASURE]: (_request, body) => measure(body.data) });
    const [lines, code] = await native.end();
    assertMatch(lines.shift()!, /^error: /);
    const answer = `response ${MEASURE}: ${limit} intact`;
    assertEquals([lines, code], [[answer, "done", ENDED], 0]);
    assertEquals(await peer.closed, null);
    assertEquals(peer.stats().errors, 1);
  },
};
