/** Messages over a reading limit, on transports that can go on behind them. */
import { assert, assertEquals } from "@std/assert";
import { MessageType, type RpcError } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import type { TransportUnderTest } from "../../support/transport_under_test.ts";

const LIMIT = 100;
const LONG = new Uint8Array(LIMIT + 1);

function goesOn({ longBodyIsFatal }: TransportUnderTest): boolean {
  return !longBodyIsFatal;
}

/** Two peers that can send more than they accept. */
function pair(scene: Scene): Promise<[TestPeer, TestPeer]> {
  return scene.pair({ maxBodyLenRead: LIMIT, maxBodyLenWrite: 10 * LIMIT });
}

function assertDropped(error: RpcError, type: MessageType): void {
  const { fatal, side, limit, actual, messageType } = error;
  assertEquals(
    { fatal, side, limit, actual, messageType },
    {
      fatal: false,
      side: "remote",
      limit: LIMIT,
      actual: LONG.length,
      messageType: type,
    },
  );
  assert(error.message.includes("maxBodyLenRead"), error.message);
}

/** The next message, which was dropped. */
async function nextDropped(peer: TestPeer, type: MessageType): Promise<void> {
  const error = await rejectsWith(
    "payload-too-large",
    () => peer.recvMessage(),
  );
  assertDropped(error, type);
}

conformance(
  "a stream message that is too long is reported in its place",
  async (scene) => {
    const [left, right] = await pair(scene);
    await left.sendStream(1, LONG.subarray(1));
    await left.sendStream(2, LONG);
    await left.sendStream(3, "behind");
    assertEquals((await nextStream(right)).body.data.length, LIMIT);
    await nextDropped(right, MessageType.Stream);
    assertEquals((await nextStream(right)).text(), "behind");
    assertEquals(right.stats().errors, 1);
  },
  goesOn,
);

conformance(
  "a request that is too long gets an error response",
  async (scene) => {
    const [client, server] = await pair(scene);
    const error = await rejectsWith("remote-error", () => client.call(1, LONG));
    assertEquals(error.reason, "limit-exceeded");
    assert(error.message.includes("maxBodyLenRead"), error.message);
    await nextDropped(server, MessageType.Request);
    assertEquals(client.stats().openSentRequests, 0);
    assertEquals(server.stats().openReceivedRequests, 0);
    server.serve({ 1: () => "still here" });
    assertEquals((await client.call(1, "")).text(), "still here");
  },
  goesOn,
);

for (
  const type of [MessageType.Response, MessageType.ResponderUpdate] as const
) {
  const what = type === MessageType.Response ? "a response" : "an update";
  conformance(
    `${what} that is too long ends the request of the one who waits`,
    async (scene) => {
      const [client, server] = await pair(scene);
      const sent = await client.sendRequest(1, "");
      const { request } = await nextRequest(server);
      const pending = [sent.recvUpdate(), sent.recvResponse()]
        .map((promise) => rejectsWith("payload-too-large", () => promise));
      if (type === MessageType.Response) await request.sendResponse(1, LONG);
      else await request.sendUpdate(1, LONG);
      for (const error of await Promise.all(pending)) {
        assertDropped(error, type);
      }
      await nextDropped(client, type);
      assertEquals(client.stats().openSentRequests, 0);
      server.serve({ 2: () => "still here" });
      assertEquals((await client.call(2, "")).text(), "still here");
    },
    goesOn,
  );
}

conformance(
  "a requester update that is too long leaves its request open",
  async (scene) => {
    const [client, server] = await pair(scene);
    const sent = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    await sent.sendUpdate(2, LONG);
    await sent.sendUpdate(3, "behind");
    await nextDropped(server, MessageType.RequesterUpdate);
    assertEquals((await request.recvUpdate())?.text(), "behind");
    await request.sendResponse(1, "answered");
    assertEquals((await sent.recvResponse()).text(), "answered");
  },
  goesOn,
);
