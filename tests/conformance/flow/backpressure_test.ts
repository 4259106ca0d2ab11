/** Memory stays bounded: sends wait, reading pauses, and both go on again. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import {
  isPending,
  nextRequest,
  nextStream,
  rejectsWith,
} from "../../support/expect.ts";
import type { Scene } from "../../support/scene.ts";

const { Request, Response, ResponderUpdate, RequesterUpdate, Stream } =
  MessageType;

/** What one read of 256 KiB may bring beyond a limit. */
const ONE_READ = 256 * 1024;
const BODY = new Uint8Array(8000);
/** So long that few of them fill the transport. */
const LONG_BODY = new Uint8Array(64 * 1024);

/** So many long bodies are more than the transport takes while nobody reads. */
function overfull({ transport }: Scene): number {
  return Math.ceil(1.5 * transport.capacity / LONG_BODY.length);
}

conformance(
  "sends wait at the write queue's mark, and reading goes on",
  async (scene) => {
    const [peer, raw] = await scene.raw({
      ...scene.limits(LONG_BODY.length),
      writeQueueBytes: 20_000,
    });
    // More than the transport holds, and nobody reads.
    const count = overfull(scene);
    const sends = Array.from(
      { length: count },
      (_, i) => peer.sendStream(i, LONG_BODY),
    );
    const all = Promise.all(sends);
    await scene.pace();
    assert(await isPending(all));
    assertLess(peer.stats().queuedBytes, 20_000 + LONG_BODY.length + 100);
    // The other direction doesn't mind.
    for (let i = 0; i < 100; i++) {
      await raw.send(Stream, 0, i);
      assertEquals((await nextStream(peer)).header.serviceId, i);
    }
    for (let i = 0; i < count; i++) {
      assertEquals((await raw.recv())?.header.serviceId, i);
      assertLess(peer.stats().queuedBytes, 20_000 + LONG_BODY.length + 100);
    }
    await all;
  },
);

conformance(
  "a signal ends the wait for room, and what was given up isn't sent",
  async (scene) => {
    const [peer, raw] = await scene.raw({ writeQueueBytes: 1 });
    const sent = await peer.sendRequest(1, "");
    await raw.recv();
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error("enough");
    const first = peer.sendStream(1, "first");
    const given = [
      peer.sendStream(2, "given up", { signal }),
      peer.sendRequest(2, "given up", { signal }),
      peer.call(2, "given up", { signal }),
      sent.sendUpdate(2, "given up", { signal }),
    ];
    const last = peer.sendStream(3, "last");
    controller.abort(reason);
    for (const result of await Promise.allSettled(given)) {
      assert(result.status === "rejected" && result.reason === reason);
    }
    await Promise.all([first, last]);
    assertEquals(await raw.recvPlain(), [Stream, 0, 1, "first"]);
    assertEquals(await raw.recvPlain(), [Stream, 0, 3, "last"]);
    assertEquals(peer.stats().openSentRequests, 1);
  },
);

conformance(
  "an update that waited for room is refused after the response",
  async (scene) => {
    const [peer, raw] = await scene.raw({
      ...scene.limits(LONG_BODY.length),
      writeQueueBytes: 1,
    });
    const sent = await peer.sendRequest(1, "");
    await raw.recv();
    // The socket is full first, so that the update waits until the response came.
    const sends = Array.from(
      { length: overfull(scene) },
      (_, i) => peer.sendStream(i, LONG_BODY),
    );
    await scene.pace();
    const late = rejectsWith(
      "request-closed",
      () => sent.sendUpdate(1, "late"),
    );
    await raw.send(Response, 0, 1);
    await sent.recvResponse();
    await late;
    for (const _ of sends) {
      await raw.recv();
    }
    await Promise.all(sends);
  },
);

for (
  const [what, limits] of [
    ["messages", { maxInboxMessages: 3 }],
    ["bytes", { maxInboxBytes: 3 * BODY.length }],
  ] as const
) {
  conformance(
    `reading pauses when the inbox is full of ${what}, and resumes`,
    async (scene) => {
      const [left, right] = await scene.pair({ right: limits });
      const count = 400;
      const bound = 3 + ONE_READ / BODY.length;
      const sending = (async () => {
        for (let i = 0; i < count; i++) await left.sendStream(i, BODY);
      })();
      await scene.pace();
      assertLess(right.stats().messagesReceived, bound + 1);
      for (let i = 0; i < count; i++) {
        assertEquals((await nextStream(right)).header.serviceId, i);
        assertLess(right.stats().inboxMessages, bound + 1);
      }
      await sending;
    },
  );

  conformance(
    `reading pauses when a request has too many ${what} unread`,
    async (scene) => {
      const [name, value] = Object.entries(limits)[0]!;
      const option = { [name.replace("max", "maxRequest")]: value };
      const count = 400;
      const bound = 5 + ONE_READ / BODY.length;
      // The updates of a sent request, and those of a received one.
      const [client, clientRaw] = await scene.raw(option);
      const [server, serverRaw] = await scene.raw(option);
      const sent = await client.sendRequest(1, "");
      await clientRaw.recv();
      await serverRaw.send(Request, 0, 1);
      const { request } = await nextRequest(server);
      for (
        const [peer, raw, type, handle] of [
          [client, clientRaw, ResponderUpdate, sent],
          [server, serverRaw, RequesterUpdate, request],
        ] as const
      ) {
        const sending = (async () => {
          for (let i = 0; i < count; i++) await raw.send(type, 0, i, BODY);
        })();
        await scene.pace();
        assertLess(peer.stats().messagesReceived, bound + 1);
        for (let i = 0; i < count; i++) {
          assertEquals((await handle.recvUpdate())?.header.serviceId, i);
        }
        await sending;
      }
      await request.sendResponse(1, "");
      await clientRaw.send(Response, 0, 1);
      await sent.recvResponse();
    },
  );
}
