/** The other side has ended its half, or has gone while much is unread. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate, Stream } =
  MessageType;

conformance("a reply gets out after the other side's end", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.sendBatch([
    [Request, 5, 1, "first"],
    [RequesterUpdate, 5, 2, "update"],
    [Request, 6, 1, "second"],
  ]);
  await raw.end();
  const first = await nextRequest(peer);
  const second = await nextRequest(peer);
  assertEquals(await peer.recvMessage(), null);
  assertEquals((await first.request.recvUpdate())?.text(), "update");
  await rejectsWith("connection-closed", () => first.request.recvUpdate());
  await rejectsWith("connection-closed", () => peer.sendStream(1, ""));
  await rejectsWith("connection-closed", () => peer.sendRequest(1, ""));
  await first.request.sendUpdate(3, "on its way");
  await first.request.sendResponse(1, "one");
  assertEquals(await raw.recvPlain(), [ResponderUpdate, 5, 3, "on its way"]);
  assertEquals(await raw.recvPlain(), [Response, 5, 1, "one"]);
  await second.request.sendResponse(1, "two");
  assertEquals(await raw.recvPlain(), [Response, 6, 1, "two"]);
  // The last answer ends it.
  assertEquals(await peer.closed, null);
  assertEquals(await raw.recv(), null);
});

conformance("the other side's end fails own open requests", async (scene) => {
  const [peer, raw] = await scene.raw();
  const sent = await peer.sendRequest(1, "");
  const waiting = [sent.recvUpdate(), sent.recvResponse(), peer.call(1, "")];
  await raw.end();
  for (const promise of waiting) {
    const error = await rejectsWith("connection-closed", () => promise);
    assertEquals([error.fatal, error.side, error.actual], [true, "remote", 2]);
  }
  assertEquals((await peer.closed)?.code, "connection-closed");
});

conformance("disposing the last request ends it too", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.send(Request, 5, 1);
  await raw.end();
  const { request } = await nextRequest(peer);
  request[Symbol.dispose]();
  const message = await raw.recv();
  assert(message?.isError);
  assertEquals(await raw.recv(), null);
  assertEquals(await peer.closed, null);
});

conformance(
  "close after the other side's end answers what is open",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.send(Request, 5, 1);
    await raw.end();
    await nextRequest(peer);
    assertEquals(await peer.recvMessage(), null);
    await peer.close();
    assert((await raw.recv())?.isError);
    assertEquals(await raw.recv(), null);
  },
);

conformance(
  "serve answers what came before the other side's end",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const go = Promise.withResolvers<void>();
    const serving = peer.serve({
      1: async (_request, body, { signal }) => {
        await go.promise;
        assert(signal.aborted);
        return `${body.text()}!`;
      },
    });
    await raw.sendBatch([[Request, 5, 1, "a"], [Request, 6, 1, "b"]]);
    await raw.end();
    await scene.pace();
    go.resolve();
    assertEquals(await raw.recvPlain(), [Response, 5, 1, "a!"]);
    assertEquals(await raw.recvPlain(), [Response, 6, 1, "b!"]);
    await serving;
    assertEquals(await peer.closed, null);
  },
);

conformance(
  "a reader that is behind loses nothing to a clean end",
  async (scene) => {
    const [left, right] = await scene.pair({
      right: { maxInboxMessages: 1 },
    });
    const count = 30;
    const body = new Uint8Array(2000);
    for (let i = 0; i < count; i++) await left.sendStream(i, body);
    const closing = left.close();
    for (let i = 0; i < count; i++) {
      assertEquals((await nextStream(right)).header.serviceId, i);
    }
    assertEquals(await right.recvMessage(), null);
    assertEquals(await right.closed, null);
    await closing;
  },
);

conformance(
  "a send into a clean end loses nothing of what is unread",
  async (scene) => {
    const [left, right] = await scene.pair({
      right: { maxInboxMessages: 1 },
    });
    const count = 30;
    const body = new Uint8Array(2000);
    for (let i = 0; i < count; i++) await left.sendStream(i, body);
    const closing = left.close();
    // The other side is going; this side can't know before it reads on.
    await Promise.allSettled([right.sendStream(1, "into the void")]);
    // The longer where bytes can be lost by it.
    await scene.pace(scene.transport.lingers ? 1500 : 100);
    for (let i = 0; i < count; i++) {
      assertEquals((await nextStream(right)).header.serviceId, i);
    }
    assertEquals(await right.recvMessage(), null);
    assertEquals(await right.closed, null);
    await closing;
  },
);

conformance(
  "a peer that has gone without reading leaves its messages",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    // Unread at the other end, which closes all the same.
    for (let i = 0; i < 5; i++) await peer.sendStream(i, "unread");
    await raw.sendBatch([[Stream, 0, 1, "a"], [Stream, 0, 2, "b"]]);
    await raw.end();
    await raw.close();
    assertEquals((await nextStream(peer)).text(), "a");
    assertEquals((await nextStream(peer)).text(), "b");
    assertEquals(await peer.recvMessage(), null);
    assertEquals(await peer.closed, null);
  },
);
