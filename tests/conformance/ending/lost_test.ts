/** A connection that breaks: everything that is pending ends, with one code. */
import { assert, assertEquals } from "@std/assert";
import { Message, MessageHeader, MessageType, RpcError } from "../../../mod.ts";
import { StreamBody } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, rejectsWith } from "../../support/expect.ts";
import type { TestPeer } from "../../support/scene.ts";

const { Request } = MessageType;

/** Puts everything under way that can be, and says how all of it ends. */
async function everything(
  peer: TestPeer,
): Promise<Promise<PromiseSettledResult<unknown>[]>> {
  const sent = await peer.sendRequest(1, "");
  const { request } = await nextRequest(peer);
  return Promise.allSettled([
    sent.recvUpdate(),
    sent.recvResponse(),
    request.recvUpdate(),
    peer.call(1, ""),
    peer.call(1, "", { onAbort: { serviceId: 1 } }),
    peer.recvMessage(),
    peer.recvMessage({ signal: new AbortController().signal }),
    (async () => {
      for (;;) await peer.sendStream(1, new Uint8Array(8000));
    })(),
    (async () => {
      for (;;) await sent.sendUpdate(1, new Uint8Array(8000));
    })(),
    (async () => {
      for (;;) await request.sendUpdate(1, new Uint8Array(8000));
    })(),
    (async () => {
      for (;;) await peer.sendRequest(1, "");
    })(),
  ]);
}

conformance(
  "a fatal error ends all that is pending with one code",
  async (scene) => {
    const [peer, raw] = await scene.raw({
      maxBodyLenRead: 8000,
      maxBodyLenWrite: 20_000,
      writeQueueBytes: 20_000,
      maxOpenSentRequests: 10,
    });
    await raw.send(Request, 0, 1);
    const all = everything(peer);
    await scene.pace(5);
    await raw.send(Request, 1, 1, new Uint8Array(8001));
    const results = await (await all);
    const error = await peer.closed;
    assert(error instanceof RpcError);
    assertEquals([error.code, error.fatal], ["payload-too-large", true]);
    for (const [i, result] of results.entries()) {
      assert(result.status === "rejected", `${i} was fulfilled`);
      assert(result.reason instanceof RpcError, `${i}: ${result.reason}`);
      assertEquals(result.reason.code, error.code, `${i}`);
    }
    // And so does what begins later.
    await rejectsWith(error.code, () => peer.recvMessage());
    await rejectsWith(error.code, () => peer.recvMessage());
    await rejectsWith(error.code, () => peer.sendStream(1, ""));
    await rejectsWith(error.code, () => peer.sendRequest(1, ""));
    await rejectsWith(error.code, () => peer.call(1, ""));
    assertEquals(peer.stats().openReceivedRequests, 0);
    assertEquals(peer.stats().openSentRequests, 0);
    await peer.close();
  },
  ({ longBodyIsFatal }) => longBodyIsFatal,
);

conformance(
  "a peer that disappears ends all that is pending with one code",
  async (scene) => {
    const [peer, raw] = await scene.raw({
      writeQueueBytes: 20_000,
      maxOpenSentRequests: 10,
    });
    await raw.send(Request, 0, 1);
    const all = everything(peer);
    await scene.pace(5);
    await raw.close();
    const results = await (await all);
    const error = await peer.closed;
    assert(error !== null);
    const { code } = error;
    assert(code === "connection-closed" || code === "connection-aborted");
    for (const [i, result] of results.entries()) {
      // After a clean end there is no message any more, and no error.
      if (result.status === "fulfilled") {
        assertEquals([code, result.value], ["connection-closed", null], `${i}`);
        continue;
      }
      assert(result.reason instanceof RpcError, `${i}: ${result.reason}`);
      assertEquals(result.reason.code, code, `${i}`);
    }
    await peer.close();
  },
);

conformance(
  "messages in front of a fatal error are delivered",
  async (scene) => {
    const [peer, raw] = await scene.raw({
      maxBodyLenRead: 10,
      maxBodyLenWrite: 20,
    });
    await raw.sendBatch([
      [MessageType.Stream, 0, 1, "before"],
      [Request, 3, 1, "before"],
      [MessageType.Stream, 0, 1, "far too long"],
    ]);
    await scene.pace();
    assertEquals((await peer.recvMessage())?.kind, "stream");
    const { request } = await nextRequest(peer);
    await rejectsWith("payload-too-large", () => peer.recvMessage());
    await rejectsWith("payload-too-large", () => request.sendResponse(1, ""));
    await rejectsWith("payload-too-large", () => peer.recvMessage());
  },
  ({ longBodyIsFatal }) => longBodyIsFatal,
);

conformance("a transport that fails to write ends its peer", async (scene) => {
  const cause = new Error("no such wire");
  const [transport, other] = await scene.link();
  // The reading side is as it was, and never ends by itself.
  const peer = scene.spawn({
    readable: transport.readable,
    writable: new WritableStream({
      write() {
        throw cause;
      },
    }),
    info: null,
    check: () => null,
    close: () => transport.close(),
  });
  const [sent] = await Promise.allSettled([peer.sendStream(1, "")]);
  const error = await peer.closed;
  assertEquals(error?.code, "connection-aborted");
  assertEquals(error?.cause, cause);
  assert(sent.status === "fulfilled" || sent.reason.code === error?.code);
  await other.close();
});

conformance(
  "an error in a batch of a transport is delivered in its place",
  async (scene) => {
    const error = new RpcError("too-many-fds", "Too many descriptors");
    const stream = new Message(
      new MessageHeader(MessageType.Stream, 0, 1),
      new StreamBody("behind"),
    );
    const peer = scene.spawn({
      readable: new ReadableStream({
        start(controller) {
          controller.enqueue([error, stream]);
          controller.close();
        },
      }),
      writable: new WritableStream(),
      info: null,
      check: () => null,
      close: () => {},
    });
    assertEquals(
      await rejectsWith("too-many-fds", () => peer.recvMessage()),
      error,
    );
    assertEquals((await peer.recvMessage())?.kind, "stream");
    assertEquals(await peer.recvMessage(), null);
    assertEquals(await peer.closed, null);
  },
  ({ name }) => name === "memory",
);
