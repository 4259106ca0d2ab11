/** Reserved service ids are the library's own, in both directions. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream } from "../../support/expect.ts";

const { Request, RequesterUpdate, ResponderUpdate, Response, Stream } =
  MessageType;
const FIRST = -2147483648;
const LAST = -2147483633;

conformance("reserved ids can't be sent", async (scene) => {
  const [client, server] = await scene.pair();
  const request = await client.sendRequest(1, "");
  const { request: received } = await nextRequest(server);
  for (const id of [FIRST, LAST]) {
    const attempts = [
      () => client.call(id, ""),
      () => client.sendRequest(id, ""),
      () => client.sendStream(id, ""),
      () => request.sendUpdate(id, ""),
      () => received.sendUpdate(id, ""),
      () => received.sendResponse(id, ""),
      () => client.call(1, "", { onAbort: { serviceId: id } }),
      () => client.serve({ [id]: () => {} }),
      () => client.serve({}, { cancel: id }),
    ];
    for (const attempt of attempts) {
      const error = await attempt().then(() => null, (error) => error);
      assert(error instanceof RangeError, `${error}`);
      assert(error.message.includes("are reserved"), error.message);
    }
  }
  await client.sendStream(LAST + 1, "fine");
  assertEquals((await nextStream(server)).header.serviceId, LAST + 1);
  await received.sendResponse(1, "");
  await request.recvResponse();
});

conformance("reserved ids are never delivered", async (scene) => {
  const [peer, raw] = await scene.raw();
  const sent = await peer.sendRequest(1, "");
  await raw.recv();
  await raw.send(Request, 1, 1, "");
  const { request } = await nextRequest(peer);
  await raw.sendBatch([
    [Stream, 0, LAST, ""],
    [Stream, 0, -2147483643, ""],
    [RequesterUpdate, 1, LAST, ""],
    [ResponderUpdate, 0, LAST, ""],
    [Request, 2, LAST, ""],
    [RequesterUpdate, 1, 5, "update"],
    [ResponderUpdate, 0, 6, "progress"],
    [Stream, 0, 7, "stream"],
    [Response, 0, 1, "done"],
  ]);
  assertEquals((await nextStream(peer)).text(), "stream");
  assertEquals((await request.recvUpdate())?.text(), "update");
  assertEquals((await sent.recvUpdate())?.text(), "progress");
  assertEquals((await sent.recvResponse()).text(), "done");
  const refusal = await raw.recv();
  assertEquals(refusal?.header.requestId, 2);
  assert(refusal?.text().startsWith("unknown-service: "), refusal?.text());
  await request.sendResponse(1, "");
  const { droppedMessages, errors } = peer.stats();
  assertEquals([droppedMessages, errors], [3, 0]);
});
