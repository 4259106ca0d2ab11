/** Request ids on a connection: the wrap at 2^32, and what happens where all are taken. */
import { assert, assertEquals } from "@std/assert";
import type { PeerOptions, RpcError, StreamBody } from "../../../mod.ts";
import { Connection } from "../../../peer/connection.ts";
import { PeerHandle } from "../../../peer/handles/peer_handle.ts";
import type { ReceivedRequest } from "../../../peer/requests/received_request.ts";
import { RequestTracker } from "../../../peer/requests/request_tracker.ts";
import type { Tables } from "../../../peer/requests/tables.ts";
import { SentRequest } from "../../../peer/requests/sent_request.ts";
import { conformance } from "../../support/conformance.ts";
import { FlowScene } from "../../flow/support.ts";
import { isPending, nextRequest, rejectsWith } from "../../support/expect.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";

const LAST = 0xffff_ffff;

/** Two peers; the first one has tables that were made beforehand. */
async function pairWith(
  scene: Scene,
  stack: AsyncDisposableStack,
  tables: Tables<StreamBody>,
  options: PeerOptions = {},
): Promise<[TestPeer, TestPeer]> {
  const [left, right] = await scene.link();
  const connection = new Connection(left, options, { tables });
  const peer = stack.use(new PeerHandle(connection));
  connection.start();
  return [peer, scene.spawn(right)];
}

/** Tables whose ids begin at `first`, and of which `taken` are in use. */
function tablesWith(
  first: number,
  taken: readonly number[] = [],
): Tables<StreamBody> {
  const tables = new RequestTracker<
    SentRequest<StreamBody>,
    ReceivedRequest<StreamBody>
  >(first);
  const { context } = new FlowScene();
  for (const id of taken) {
    tables.openSent(id, new SentRequest(id, 1, context));
  }
  return tables;
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (from + i) >>> 0);
}

conformance("ids wrap at 2^32, and carry requests there", async (scene) => {
  await using stack = new AsyncDisposableStack();
  const [client, server] = await pairWith(scene, stack, tablesWith(LAST - 1));
  for (const id of [LAST - 1, LAST, 0, 1]) {
    const sent = await client.sendRequest(1, "question");
    const { request } = await nextRequest(server);
    assertEquals([sent.requestId, request.requestId], [id, id]);
    await sent.sendUpdate(2, "more");
    assertEquals((await request.recvUpdate())?.text(), "more");
    await request.sendUpdate(3, "half");
    assertEquals((await sent.recvUpdate())?.text(), "half");
    await request.sendResponse(1, "answer");
    assertEquals((await sent.recvResponse()).text(), "answer");
  }
});

conformance("ids in use are skipped, across the wrap too", async (scene) => {
  await using stack = new AsyncDisposableStack();
  const taken = [LAST, 0, 2];
  const tables = tablesWith(LAST - 1, taken);
  const [client, server] = await pairWith(scene, stack, tables);
  const sent = [];
  for (let i = 0; i < 4; i++) sent.push(await client.sendRequest(i, ""));
  const ids = [LAST - 1, 1, 3, 4];
  assertEquals(sent.map(({ requestId }) => requestId), ids);
  for (const id of ids) {
    assertEquals((await nextRequest(server)).request.requestId, id);
  }
});

conformance("an id that is free again isn't the next one", async (scene) => {
  await using stack = new AsyncDisposableStack();
  const [client, server] = await pairWith(scene, stack, tablesWith(LAST));
  const old = await client.sendRequest(1, "");
  const { request } = await nextRequest(server);
  await client.sendRequest(1, "");
  await request.sendResponse(1, "");
  await old.recvResponse();
  assertEquals((await client.sendRequest(1, "")).requestId, 1);
});

conformance("an abandoned request's id stays in use", async (scene) => {
  await using stack = new AsyncDisposableStack();
  const tables = tablesWith(LAST);
  const [client, server] = await pairWith(scene, stack, tables);
  (await client.sendRequest(1, ""))[Symbol.dispose]();
  await nextRequest(server);
  assert(tables.getSent(LAST) !== undefined);
});

conformance("99 ids in a row may be taken", async (scene) => {
  await using stack = new AsyncDisposableStack();
  const tables = tablesWith(LAST - 9, range(LAST - 9, 99));
  const [client] = await pairWith(scene, stack, tables);
  assertEquals((await client.sendRequest(1, "")).requestId, 89);
});

conformance(
  "100 taken ids in a row are no-free-request-id, and cost no place",
  async (scene) => {
    await using stack = new AsyncDisposableStack();
    const tables = tablesWith(LAST - 9, range(LAST - 9, 100));
    const [client, server] = await pairWith(scene, stack, tables, {
      maxOpenSentRequests: 1,
    });
    const error = await rejectsWith(
      "no-free-request-id",
      () => client.sendRequest(1, "refused"),
    );
    assertEquals(
      [error.fatal, error.side, error.limit],
      [false, "local", 100],
    );
    // Nothing was written, and its place is free.
    const sent = await client.sendRequest(2, "next");
    const { request, body } = await nextRequest(server);
    assertEquals([sent.requestId, body.text()], [90, "next"]);
    await request.sendResponse(2, "answer");
    assertEquals((await sent.recvResponse()).text(), "answer");
    assertEquals(client.stats().messagesSent, 1);
  },
);

conformance(
  "no-free-request-id after waiting for a place costs no place",
  async (scene) => {
    await using stack = new AsyncDisposableStack();
    const tables = tablesWith(0, range(1, 100));
    const [client, server] = await pairWith(scene, stack, tables, {
      maxOpenSentRequests: 1,
    });
    const first = await client.sendRequest(1, "first");
    const second = client.sendRequest(1, "second");
    const third = client.sendRequest(1, "third");
    const outcome = second.then(() => "sent", (error: unknown) => error);
    assertEquals(await isPending(second), true);
    await (await nextRequest(server)).request.sendResponse(1, "");
    await first.recvResponse();
    const error = await outcome;
    assertEquals((error as RpcError).code, "no-free-request-id");
    assertEquals((await third).requestId, 101);
    assertEquals((await nextRequest(server)).body.text(), "third");
  },
);

conformance("a call that finds no id leaves the next one be", async (scene) => {
  await using stack = new AsyncDisposableStack();
  const tables = tablesWith(0, range(0, 100));
  const [client, server] = await pairWith(scene, stack, tables, {
    maxOpenSentRequests: 1,
  });
  server.serve({ 1: (_request, body) => body });
  await rejectsWith("no-free-request-id", () => client.call(1, "first"));
  for (let i = 0; i < 3; i++) {
    assertEquals((await client.call(1, `${i}`)).text(), `${i}`);
  }
});
