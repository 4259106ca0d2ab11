/** Sends of a request that wait for room end with the request, and not when there is room. */
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, rejectsWith } from "../../support/expect.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";

const { Request, Response, RequesterUpdate } = MessageType;
const BODY = new Uint8Array(8000);

/** Fills the sockets and the queue of a peer, from which nobody reads. */
async function fill(scene: Scene, peer: TestPeer): Promise<void> {
  const sends = Array.from(
    { length: 4000 },
    (_, i) => peer.sendStream(i, BODY),
  );
  Promise.allSettled(sends);
  await scene.pace();
}

conformance("the updates of a handler end with a cancel", async (scene) => {
  const [peer, raw] = await scene.raw({ writeQueueBytes: 1 });
  await raw.send(Request, 7, 1, "");
  const { request } = await nextRequest(peer);
  await fill(scene, peer);
  const { signal } = new AbortController();
  const sending = Promise.all([
    rejectsWith("request-closed", () => request.sendUpdate(1, "")),
    rejectsWith("request-closed", () => request.sendUpdate(1, "", { signal })),
    // It waits behind them.
    rejectsWith("request-closed", () => request.sendResponse(1, "")),
  ]);
  await raw.send(RequesterUpdate, 7, reservedId.CANCEL, "");
  await sending;
});

conformance(
  "the updates of a handler end with the request, whoever ends it",
  async (scene) => {
    const [peer, raw] = await scene.raw({ writeQueueBytes: 1 });
    await raw.send(Request, 7, 1, "");
    const { request } = await nextRequest(peer);
    await fill(scene, peer);
    const sending = rejectsWith(
      "request-closed",
      () => request.sendUpdate(1, ""),
    );
    request[Symbol.dispose]();
    await sending;
  },
);

conformance(
  "updates of this side end with an abort, a dispose, and the response",
  async (scene) => {
    const [peer, raw] = await scene.raw({ writeQueueBytes: 1 });
    const stop = new AbortController();
    const requests = [];
    for (let i = 0; i < 3; i++) {
      requests.push(await peer.sendRequest(1, "", { signal: stop.signal }));
      await raw.recv();
    }
    const [aborted, disposed, answered] = requests;
    await fill(scene, peer);
    const ends = [
      rejectsWith("request-closed", () => disposed!.sendUpdate(1, "")),
      rejectsWith("request-closed", () => answered!.sendUpdate(1, "")),
      rejectsWith("request-closed", () => aborted!.sendUpdate(1, "")),
    ];
    disposed![Symbol.dispose]();
    await ends[0];
    await raw.send(Response, 2, 1, "done");
    await ends[1];
    assertEquals((await answered!.recvResponse()).text(), "done");
    stop.abort();
    await ends[2];
  },
);

conformance("the signal of a send still ends it", async (scene) => {
  const [peer, raw] = await scene.raw({ writeQueueBytes: 1 });
  await raw.send(Request, 7, 1, "");
  const { request } = await nextRequest(peer);
  await fill(scene, peer);
  const stop = new AbortController();
  const sending = assertRejects(() =>
    request.sendUpdate(1, "", { signal: stop.signal })
  );
  const reason = new Error("enough");
  stop.abort(reason);
  assertStrictEquals(await sending, reason);
});
