/** Timeouts beyond what a timer can hold (2^31 - 1 ms), over the real clock. */
import { assert, assertEquals } from "@std/assert";
import { conformance, listens } from "../../support/conformance.ts";
import { isPending, nextRequest } from "../../support/expect.ts";
import type { StreamConfig } from "../../../mod.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";

const BODY = new Uint8Array(64 * 1024);

/** Bodies of 64 KiB pass, also those of datagrams. */
function limits(scene: Scene): StreamConfig {
  return scene.limits(BODY.length);
}

/** More than the transport takes while nobody reads. */
function countFor({ transport }: Scene): number {
  return Math.ceil(1.5 * transport.capacity / BODY.length);
}

/** Sends until nothing gets through any more, since nobody reads. */
function flood(
  peer: TestPeer,
  count: number,
): Promise<PromiseSettledResult<void>[]> {
  const sends = Array.from(
    { length: count },
    (_, i) => peer.sendStream(i, BODY),
  );
  return Promise.allSettled(sends);
}

for (const forever of [Infinity, 2 ** 31, 2 ** 40]) {
  conformance(
    `stallTimeout ${forever} doesn't cut a slow reader off`,
    async (scene) => {
      const [peer, raw] = await scene.raw({
        ...limits(scene),
        stallTimeout: forever,
      });
      const count = countFor(scene);
      const all = flood(peer, count);
      // Some milliseconds, in which a timer that overflowed would go off.
      await scene.pace();
      assert(await isPending(peer.closed));
      for (let i = 0; i < count; i++) {
        assertEquals((await raw.recv())?.header.serviceId, i);
      }
      for (const { status } of await all) assertEquals(status, "fulfilled");
    },
  );

  conformance(
    `closeTimeout ${forever} goes on writing what was accepted`,
    async (scene) => {
      const count = countFor(scene);
      const [peer, raw] = await scene.raw({
        ...limits(scene),
        closeTimeout: forever,
        writeQueueBytes: count * (BODY.length + 1000),
      });
      const all = flood(peer, count);
      const closing = peer.close();
      await scene.pace();
      assert(await isPending(closing));
      for (let i = 0; i < count; i++) {
        assertEquals((await raw.recv())?.header.serviceId, i);
      }
      assertEquals(await raw.recv(), null);
      await raw.close();
      await closing;
      for (const { status } of await all) assertEquals(status, "fulfilled");
    },
  );

  conformance(
    `drainTimeout ${forever} waits for handlers`,
    async (scene) => {
      const { listener, connect } = await scene.listen({
        drainTimeout: forever,
      });
      const begun = [0, 1].map(() => Promise.withResolvers<void>());
      const running = listener.run(async (peer) => {
        const { request } = await nextRequest(peer);
        begun[request.serviceId - 1]!.resolve();
        await request.recvUpdate();
        await request.sendResponse(1, "done");
      });
      await using client = await connect();
      const sent = await client.sendRequest(1, "");
      await sent.sendUpdate(1, "");
      const second = await connect();
      const request = await second.sendRequest(2, "");
      await Promise.all(begun.map(({ promise }) => promise));
      assertEquals((await sent.recvResponse()).text(), "done");
      const disposing = listener[Symbol.asyncDispose]();
      await running;
      await scene.pace();
      assert(await isPending(disposing));
      await request.sendUpdate(1, "");
      assertEquals((await request.recvResponse()).text(), "done");
      await disposing;
      await second.close();
    },
    listens,
  );
}
