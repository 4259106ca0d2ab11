/** Received requests whose connection ends, and their write handles. */
import { assert, assertEquals } from "@std/assert";
import {
  MessageType,
  type ReceivedRequestHandle,
  type RpcErrorCode,
} from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, rejectsWith } from "../../support/expect.ts";
import type { RawEnd } from "../../support/raw_end.ts";
import type { TestPeer } from "../../support/scene.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate } = MessageType;

/** The ways a connection ends, and what a request says of it. */
const ENDS: readonly {
  readonly name: string;
  readonly code: RpcErrorCode;
  end(peer: TestPeer, raw: RawEnd): Promise<unknown>;
}[] = [
  {
    name: "this side closes",
    code: "connection-closed",
    end: (peer, raw) => Promise.all([peer.close(), raw.end()]),
  },
  {
    name: "the other side has ended",
    code: "connection-closed",
    end: (_peer, raw) => raw.end(),
  },
];

async function iterate(request: ReceivedRequestHandle): Promise<string[]> {
  const texts: string[] = [];
  for await (const update of request) texts.push(update.text());
  return texts;
}

for (const { name, code, end } of ENDS) {
  conformance(
    `updates can be iterated to the end: ${name}`,
    async (scene) => {
      const [peer, raw] = await scene.raw();
      await raw.sendBatch([
        [Request, 3, 1, ""],
        [RequesterUpdate, 3, 2, "first"],
        [RequesterUpdate, 3, 2, "second"],
      ]);
      const { request } = await nextRequest(peer);
      const texts = iterate(request);
      await scene.pace();
      await end(peer, raw);
      assertEquals(await texts, ["first", "second"]);
      // Again, and it is over at once.
      assertEquals(await iterate(request), []);
      await rejectsWith(code, () => request.recvUpdate());
    },
  );

  conformance(`a waiting recvUpdate rejects: ${name}`, async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.send(Request, 3, 1);
    const { request } = await nextRequest(peer);
    const waiting = [request.recvUpdate(), request.recvUpdate()]
      .map((update) => rejectsWith(code, () => update));
    await end(peer, raw);
    for (const error of await Promise.all(waiting)) assert(error.fatal);
  });

  conformance(
    `updates that are there stay readable: ${name}`,
    async (scene) => {
      const [peer, raw] = await scene.raw();
      await raw.sendBatch([
        [Request, 3, 1, ""],
        [RequesterUpdate, 3, 2, "in time"],
      ]);
      const { request } = await nextRequest(peer);
      await scene.pace();
      await end(peer, raw);
      assertEquals((await request.recvUpdate())?.text(), "in time");
      await rejectsWith(code, () => request.recvUpdate());
    },
  );
}

conformance(
  "iteration ends when the connection breaks, and recvUpdate says why",
  async (scene) => {
    const [left, right] = await scene.link();
    const peer = scene.spawn(left);
    const other = scene.spawn(right);
    await other.sendRequest(1, "");
    const { request } = await nextRequest(peer);
    const texts = iterate(request);
    const waiting = rejectsWith(
      "connection-aborted",
      () => request.recvUpdate(),
    );
    // A transport that is closed under its peer fails to read.
    await left.close();
    const error = await peer.closed;
    assertEquals(error?.code, "connection-aborted");
    assertEquals(await texts, []);
    assertEquals(await waiting, error);
  },
  ({ permission }) => permission !== null,
);

conformance("a write handle answers in the handle's place", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.send(Request, 3, 4);
  const { request } = await nextRequest(peer);
  const writer = request.writeHandle();
  assertEquals([writer.requestId, writer.serviceId], [3, 4]);
  const waiting = request.recvUpdate();
  await writer.sendUpdate(5, "half");
  await writer.sendResponse(6, "whole");
  assertEquals(await raw.recvPlain(), [ResponderUpdate, 3, 5, "half"]);
  assertEquals(await raw.recvPlain(), [Response, 3, 6, "whole"]);
  assertEquals([await waiting, request.closed], [null, true]);
  for (const handle of [writer, request, request.writeHandle()]) {
    for (
      const send of [
        () => handle.sendUpdate(1, ""),
        () => handle.sendResponse(1, ""),
        () => handle.sendErrorResponse(""),
      ]
    ) {
      const error = await rejectsWith("request-closed", send);
      assertEquals([error.requestId, error.fatal], [3, false]);
    }
  }
});

conformance("a write handle sends error responses", async (scene) => {
  const [peer, raw] = await scene.raw({ maxBodyLenWrite: 10 });
  await raw.send(Request, 3, 4);
  const { request } = await nextRequest(peer);
  const writer = request.writeHandle();
  await rejectsWith(
    "payload-too-large",
    () => writer.sendResponse(4, "eleven bytes"),
  );
  assertEquals(request.closed, false);
  // An ä has two bytes, and the tenth byte would cut one.
  await writer.sendErrorResponse("123456789ää");
  assertEquals(await raw.recvPlain(), [Response, 3, -1, "123456789"]);
  assert(request.closed);
});

conformance(
  "a write handle doesn't answer after its request was disposed",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.send(Request, 3, 4);
    const { request } = await nextRequest(peer);
    const writer = request.writeHandle();
    request[Symbol.dispose]();
    await rejectsWith("request-closed", () => writer.sendResponse(4, "late"));
    const response = await raw.recv();
    assert(response?.isError);
    const closing = peer.close();
    assertEquals(await raw.recv(), null);
    await closing;
  },
);

conformance(
  "a write handle fails when the connection has ended",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.send(Request, 3, 4);
    const { request } = await nextRequest(peer);
    const writer = request.writeHandle();
    await Promise.all([peer.close(), raw.end()]);
    await rejectsWith("connection-closed", () => writer.sendUpdate(1, ""));
    await rejectsWith("connection-closed", () => writer.sendResponse(1, ""));
    await rejectsWith("connection-closed", () => writer.sendErrorResponse(""));
  },
);
