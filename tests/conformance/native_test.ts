/** What the native crate's own tests check, over every transport. */
import { assert, assertEquals } from "@std/assert";
import { MessageType } from "../../mod.ts";
import { conformance } from "../support/conformance.ts";
import { nextRequest, rejectsWith } from "../support/expect.ts";
import { RawEnd } from "../support/raw_end.ts";

conformance("updates go both ways, and then the response", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(2, "request");
  const { request, body } = await nextRequest(server);
  assertEquals(request.serviceId, 2);
  assertEquals(body.text(), "request");
  await sent.sendUpdate(3, "to the server");
  const there = await request.recvUpdate();
  assertEquals(there?.header.type, MessageType.RequesterUpdate);
  assertEquals(there?.header.serviceId, 3);
  assertEquals(there?.text(), "to the server");
  await request.sendUpdate(4, "to the client");
  const back = await sent.recvUpdate();
  assertEquals(back?.header.type, MessageType.ResponderUpdate);
  assertEquals(back?.header.serviceId, 4);
  assertEquals(back?.text(), "to the client");
  await request.sendResponse(2, "done");
  const response = await sent.recvResponse();
  assertEquals(response.header.type, MessageType.Response);
  assertEquals(response.header.serviceId, 2);
  assertEquals(response.text(), "done");
});

conformance("recvUpdate null leaves the response readable", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(2, "");
  const { request } = await nextRequest(server);
  await request.sendResponse(2, "peeked");
  assertEquals(await sent.recvUpdate(), null);
  assertEquals(await sent.recvUpdate(), null);
  assertEquals((await sent.recvResponse()).text(), "peeked");
  assertEquals(await sent.recvUpdate(), null);
});

conformance("an unread update isn't lost to recvResponse", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(2, "");
  const { request } = await nextRequest(server);
  await request.sendUpdate(3, "first");
  await request.sendUpdate(4, "second");
  await request.sendResponse(2, "last");
  await server.sendStream(1, "behind");
  await client.recvMessage();
  for (const text of ["first", "second"]) {
    await rejectsWith("unexpected-message-type", () => sent.recvResponse());
    assertEquals((await sent.recvUpdate())?.text(), text);
  }
  assertEquals((await sent.recvResponse()).text(), "last");
});

conformance("after the response nothing more can be sent", async (scene) => {
  const [client, server] = await scene.pair();
  const sent = await client.sendRequest(2, "");
  const { request } = await nextRequest(server);
  const writer = request.writeHandle();
  await request.sendResponse(2, "");
  const { messagesSent } = server.stats();
  await rejectsWith("request-closed", () => request.sendUpdate(3, ""));
  await rejectsWith("request-closed", () => writer.sendUpdate(3, ""));
  await rejectsWith("request-closed", () => request.sendResponse(2, ""));
  await rejectsWith("request-closed", () => request.sendErrorResponse(""));
  assertEquals(server.stats().messagesSent, messagesSent);
  assertEquals(await sent.recvUpdate(), null);
  const before = client.stats().messagesSent;
  await rejectsWith("request-closed", () => sent.sendUpdate(3, ""));
  await rejectsWith(
    "request-closed",
    () => sent.writeHandle().sendUpdate(3, ""),
  );
  assertEquals(client.stats().messagesSent, before);
});

conformance("a reader that is gone answers nobody's request", async (scene) => {
  const [client, server] = await scene.pair();
  const [reader, writer] = server.split();
  reader[Symbol.dispose]();
  const sent = await client.sendRequest(2, "");
  const response = await sent.recvResponse();
  assert(response.isError);
  assertEquals(client.stats().openSentRequests, 0);
  writer[Symbol.dispose]();
  assertEquals(await client.closed, null);
});

conformance("write handles of one peer know each other", async (scene) => {
  const [left, right] = await scene.pair();
  const [, writer] = left.split();
  const [, other] = right.split();
  const clone = writer.clone();
  assert(writer.samePeer(writer));
  assert(writer.samePeer(clone));
  assert(clone.samePeer(writer));
  assert(!writer.samePeer(other));
  assert(!other.samePeer(clone));
});

conformance("ten messages each way on the public streams", async (scene) => {
  const [left, right] = (await scene.link()).map((end) => new RawEnd(end));
  assert(left !== undefined && right !== undefined);
  const count = 10;
  const flow = async (from: RawEnd, to: RawEnd, type: MessageType) => {
    for (let i = 0; i < count; i++) {
      const [received] = await Promise.all([
        to.recvPlain(),
        from.send(type, i, -i, `message ${i}`),
      ]);
      assertEquals(received, [type, i, -i, `message ${i}`]);
    }
  };
  await Promise.all([
    flow(left, right, MessageType.Request),
    flow(right, left, MessageType.Response),
  ]);
  await Promise.all([left.end(), right.end(), left.recv(), right.recv()]);
  await Promise.all([left.close(), right.close()]);
});
