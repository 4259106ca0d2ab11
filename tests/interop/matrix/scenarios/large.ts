import { assert, assertEquals } from "@std/assert";
import { RpcError } from "../../../../mod.ts";
import type { TestPeer } from "../../../support/scene.ts";
import { fill, measure } from "../../support/pattern.ts";
import { ECHO, FILL, MEASURE } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";

/** Fits any socket's buffer, so that the native one writes it at once. */
const BELOW_THE_BUFFER = 32 * 1024;

export const large: Scenario = {
  name: "bodies far over the default limits arrive intact",

  async toNative(scene) {
    const limit = scene.transport.largeBody;
    const native = await scene.nativeServer("serve", limit);
    const peer = await scene.connect(native, {
      maxBodyLenRead: limit,
      maxBodyLenWrite: limit,
    });
    const there = await peer.call(MEASURE, fill(limit));
    assertEquals(there.text(), `${limit} intact`);
    for (const length of fromTheNative(scene.transport)) {
      const back = await peer.call(FILL, String(length));
      assertEquals(measure(back.body.data), `${length} intact`);
    }
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    const limit = scene.transport.largeBody;
    const lengths = fromTheNative(scene.transport);
    await scene.script(
      `bodies:${lengths}`,
      lengths.flatMap((length) => [
        `sent: ${length} intact`,
        `received: ${length} intact`,
      ]),
      { limit, maxBodyLenRead: limit, maxBodyLenWrite: limit },
    );
  },
};

/** What the native one can send in one piece: a datagram always is. */
function fromTheNative(
  transport: { datagrams: boolean; largeBody: number },
): number[] {
  return [
    BELOW_THE_BUFFER,
    ...transport.datagrams ? [transport.largeBody] : [],
  ];
}

/** More than any socket's buffer takes at once. */
const ABOVE_THE_BUFFER = 32 * 1024 * 1024;

/** What comes behind its first part is garbage; the crate never stops sending it. */
export const partialWrites: Scenario = {
  name:
    "a body that it doesn't write at once ends in garbage, which only ends " +
    "its connection",
  defect: "A: it goes on from the wrong place",
  where: ({ datagrams }) => !datagrams,

  async toNative(scene) {
    const limit = ABOVE_THE_BUFFER;
    const native = await scene.nativeServer("serve", limit);
    const options = { maxBodyLenRead: limit };
    const peer = await scene.connect(native, options);
    const healthy = await scene.connect(native, options);
    using _request = await peer.sendRequest(FILL, String(limit));
    await assertGarbled(peer);
    assertEquals((await healthy.call(ECHO, "go on")).text(), "go on");
    await healthy.close();
  },

  async fromNative(scene) {
    const limit = ABOVE_THE_BUFFER;
    const [peer, native] = await scene.fromNative(`ask:send:${limit}`, {
      limit,
      maxBodyLenRead: limit,
    });
    await peer.serve({ [MEASURE]: (_request, body) => measure(body.data) });
    await assertGarbled(peer);
    const [lines, code] = await native.end();
    assertEquals([lines.length, code], [2, 0], `${lines}`);
  },
};

async function assertGarbled(peer: TestPeer): Promise<void> {
  const error = await peer.closed;
  assert(error instanceof RpcError);
  const codes = [
    "payload-too-large",
    "message-too-short",
    "invalid-message-type",
  ];
  assert(codes.includes(error.code), error.code);
}
