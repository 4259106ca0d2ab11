/** Bodies whose buffers shrink or are transferred before they are written. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../../mod.ts";
import {
  CHANGES,
  type Changing,
} from "../../support/bodies/changing_bodies.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream } from "../../support/expect.ts";
import type { Scene } from "../../support/scene.ts";

/** Long enough not to be copied, on byte streams. */
const LARGE = 400 * 1024;
/** Long enough not to be copied, on a seqpacket socket. */
const LARGE_DATAGRAM = 64 * 1024;

function resizable(length: number): Uint8Array<ArrayBuffer> {
  const buffer = new ArrayBuffer(length, { maxByteLength: 2 * length });
  return new Uint8Array(buffer).fill(7);
}

function large(scene: Scene): number {
  return scene.transport.maxBodyLen < LARGE ? LARGE_DATAGRAM : LARGE;
}

for (const size of ["small", "large"]) {
  conformance(`a ${size} body in a resizable buffer arrives`, async (scene) => {
    const length = size === "small" ? 1000 : large(scene);
    const [client, server] = await scene.pair(scene.limits(2 * length));
    const serving = server.serve({ 1: () => resizable(length) });
    const response = await client.call(1, resizable(length));
    assertEquals(response.body.data, new Uint8Array(length).fill(7));
    await server.sendStream(1, resizable(length));
    const { body } = await nextStream(client);
    assertEquals(body.data, new Uint8Array(length).fill(7));
    await client.close();
    await serving;
  });
}

for (const [change, make] of Object.entries(CHANGES)) {
  for (const size of ["small", "large"]) {
    conformance(
      `a ${size} body that ${change} while it waits for room is refused, and nothing else is`,
      async (scene) => {
        const length = size === "small" ? 1000 : large(scene);
        const [left, right] = await scene.pair({
          ...scene.limits(1 << 20),
          left: { writeQueueBytes: 1 },
        });
        const asked = await left.sendRequest(1, "");
        const { request } = await nextRequest(right);
        const asking = right.sendRequest(1, "");
        const { request: received } = await nextRequest(left);
        await asking;
        // It takes the room in the same turn, before anything is written.
        const before = left.sendStream(100, "before");
        const changing: Changing[] = [];
        const next = (): Uint8Array<ArrayBuffer> => {
          const body = make(length);
          changing.push(body);
          return body.data;
        };
        const sends = {
          stream: left.sendStream(1, next()),
          request: left.sendRequest(2, next()),
          call: left.call(2, next()),
          "requester update": asked.sendUpdate(3, next()),
          "responder update": received.sendUpdate(4, next()),
          response: received.sendResponse(5, next()),
        };
        const behind = left.sendStream(101, "behind");
        for (const body of changing) body.change();
        for (const [name, send] of Object.entries(sends)) {
          const error = await assertRejects(() => send, TypeError, "shrunk");
          assert(error.message.includes(`${length} bytes`), name);
        }
        await Promise.all([before, behind]);
        assertEquals((await nextStream(right)).text(), "before");
        assertEquals((await nextStream(right)).text(), "behind");
        // Nothing of it was sent, and the request can still be answered.
        await received.sendResponse(5, "given again");
        const sent = await asking;
        assertEquals((await sent.recvResponse()).text(), "given again");
        await request.sendResponse(1, "");
        await asked.recvResponse();
        assertEquals(left.stats().openSentRequests, 0);
      },
    );
  }

  conformance(
    `a large body that ${change} while it is queued isn't sent in part`,
    async (scene) => {
      const length = large(scene);
      const [client, server] = await scene.pair({
        ...scene.limits(2 * length),
        writeQueueBytes: 1 << 24,
      });
      const first = client.sendStream(1, new Uint8Array(length));
      const body = make(length);
      const sending = client.sendStream(2, body.data);
      const behind = client.sendStream(3, "behind").catch(() => {});
      body.change();
      const [result] = await Promise.allSettled([sending]);
      await first;
      assertEquals((await nextStream(server)).body.data.length, length);
      if (result.status === "fulfilled") {
        // It was copied at once.
        assert(scene.transport.copiesLargeBodies);
        assertEquals((await nextStream(server)).body.data.length, length);
        return await behind;
      }
      assert(result.reason instanceof RpcError, `${result.reason}`);
      assert(result.reason.message.includes("shrunk"), result.reason.message);
      if (result.reason.fatal) {
        assertEquals(result.reason.code, "connection-aborted");
        assertEquals((await client.closed)?.code, "connection-aborted");
        const [end] = await Promise.allSettled([server.recvMessage()]);
        assert(end.status === "rejected" || end.value === null);
      } else {
        assertEquals(result.reason.code, "encode-failed");
        await behind;
        assertEquals((await nextStream(server)).text(), "behind");
      }
    },
  );

  conformance(
    `a large request, update or response that ${change} while it is queued is left out, and can be given again`,
    async (scene) => {
      const length = large(scene);
      const [left, right] = await scene.pair({
        ...scene.limits(2 * length),
        writeQueueBytes: 1 << 24,
      });
      const asked = await left.sendRequest(1, "");
      const { request: theirs } = await nextRequest(right);
      const asking = right.sendRequest(1, "");
      const { request } = await nextRequest(left);
      const bodies = Array.from({ length: 5 }, () => make(length));
      const data = bodies.map(({ data }) => data);
      const sends = [
        left.sendRequest(2, data[0]!),
        left.call(2, data[1]!),
        asked.sendUpdate(3, data[2]!),
        request.sendUpdate(4, data[3]!),
        // It is the only one that may be copied, where nobody waits for others.
        request.sendResponse(5, data[4]!),
      ];
      for (const { change } of bodies) change();
      const results = await Promise.allSettled(sends);
      const outcomes = results.map((result) =>
        result.status === "fulfilled" ? "sent" : result.reason.code
      );
      assertEquals(outcomes.slice(0, 4), Array(4).fill("encode-failed"));
      if (outcomes[4] !== "sent") {
        assertEquals(outcomes[4], "encode-failed");
        await request.sendResponse(5, "given again");
      }
      const response = await (await asking).recvResponse();
      assertEquals(
        outcomes[4] === "sent" ? response.body.data.length : response.text(),
        outcomes[4] === "sent" ? length : "given again",
      );
      await theirs.sendResponse(1, "");
      await asked.recvResponse();
      assertEquals(left.stats().openSentRequests, 0);
      // No update and no further request has come.
      await left.sendStream(9, "behind");
      assertEquals((await nextStream(right)).text(), "behind");
    },
    // On a byte stream the head is on its way, and the connection ends.
    ({ name }) => name === "Unix seqpacket" || name === "public streams",
  );
}
