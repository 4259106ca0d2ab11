/** Metadata: what goes with a request besides its body. */
import { assert, assertEquals } from "@std/assert";
import { type BodyData, MessageType } from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";

const { Request, Response, Stream } = MessageType;
const { METADATA } = reservedId;

conformance("metadata goes with its request", async (scene) => {
  const [client, server] = await scene.pair({ extensions: true });
  server.serve({
    1: (_request, _body, { metadata }) => JSON.stringify(metadata),
  });
  const metadata = { user: "x", "ø": "\n" };
  const [with_, without] = await Promise.all([
    client.call(1, "", { metadata }),
    client.call(1, ""),
  ]);
  assertEquals(with_.json(), metadata);
  assertEquals(without.json(), {});
  assertEquals(server.stats().droppedMessages, 0);
});

conformance("the library's own names aren't shown", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.sendBatch([
    [Stream, 1, METADATA, '{"timeout-ms":"60000","traceparent":"0","a":"b"}'],
    [Request, 1, 1, ""],
  ]);
  const { request } = await nextRequest(peer);
  assertEquals(request.metadata, { a: "b" });
  assert(Object.isFrozen(request.metadata));
  await request.sendResponse(1, "");
  await raw.recv();
});

conformance("metadata is for the very next message", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.sendBatch([
    [Stream, 1, METADATA, '{"a":"dropped"}'],
    [Stream, 0, 7, "between"],
    [Request, 1, 1, ""],
    [Stream, 3, METADATA, '{"a":"for another"}'],
    [Request, 2, 1, ""],
    [Stream, 3, METADATA, '{"a":"dropped"}'],
    [Stream, 3, METADATA, '{"a":"kept"}'],
    [Request, 3, 1, ""],
  ]);
  assertEquals((await nextStream(peer)).text(), "between");
  const seen: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const { request } = await nextRequest(peer);
    seen.push(request.metadata);
    await request.sendResponse(1, "");
    await raw.recv();
  }
  assertEquals(seen, [{}, {}, { a: "kept" }]);
  assertEquals(peer.stats().droppedMessages, 3);
});

const INVALID: Record<string, BodyData> = {
  "a list": "[]",
  "no text": '{"a":1}',
  "no JSON": "{",
  "no UTF-8": Uint8Array.of(0x22, 0xff, 0x22),
  "a time that is none": '{"timeout-ms":"soon"}',
};

for (const [what, body] of Object.entries(INVALID)) {
  conformance(`${what} as metadata refuses the request`, async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.sendBatch([
      [Stream, 1, METADATA, body],
      [Request, 1, 1, ""],
      [Request, 2, 1, ""],
    ]);
    const { request } = await nextRequest(peer);
    assertEquals(request.requestId, 2);
    await request.sendResponse(1, "");
    const refusal = await raw.recv();
    assertEquals(refusal?.header.requestId, 1);
    assert(refusal?.text().startsWith("invalid-request: "), refusal?.text());
    assertEquals((await raw.recv())?.header.requestId, 2);
  });
}

conformance("metadata of a refused request is used up", async (scene) => {
  const [peer, raw] = await scene.raw();
  await raw.sendBatch([
    [Request, 1, 1, ""],
    [Stream, 1, METADATA, '{"a":"of the duplicate"}'],
    [Request, 1, 1, "again"],
  ]);
  const { request } = await nextRequest(peer);
  assertEquals(request.metadata, {});
  await rejectsWith("duplicate-request-id", () => peer.recvMessage());
  await request.sendResponse(1, "");
  await raw.recv();
  await raw.send(Request, 2, 1, "");
  const { request: next } = await nextRequest(peer);
  assertEquals(next.metadata, {});
  await next.sendResponse(1, "");
});

conformance("metadata has to be texts, of 8 KiB at most", async (scene) => {
  const [peer, raw] = await scene.raw({ extensions: true });
  const call = (metadata: unknown): Promise<unknown> =>
    peer.call(1, "", { metadata: metadata as Record<string, string> })
      .catch((error) => error);
  for (
    const metadata of [{ a: 1 }, null, { "timeout-ms": "1" }, {
      tracestate: "",
    }]
  ) {
    const error = await call(metadata);
    assert(error instanceof TypeError, `${error}`);
  }
  const long = { a: "x".repeat(8 * 1024) };
  const tooLarge = await rejectsWith(
    "payload-too-large",
    () => peer.call(1, "", { metadata: long }),
  );
  assertEquals([tooLarge.limit, tooLarge.outcome], [8 * 1024, "not-sent"]);
  const native = peer.call(1, "", { metadata: {}, extensions: false });
  assert(await native.catch((error) => error) instanceof TypeError);
  // Nothing was sent, and no permit is lost.
  assertEquals(peer.stats().messagesSent, 0);
  assertEquals(peer.stats().openSentRequests, 0);
  const calling = peer.call(1, "");
  const { header } = (await raw.recv())!;
  await raw.send(Response, header.requestId, 1, "");
  await calling;
});
