/** Cancels of peers that have agreed on extensions. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  MessageType,
  type ReceivedRequestHandle,
  RpcError,
} from "../../../mod.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { conformance } from "../../support/conformance.ts";
import {
  fired,
  isPending,
  nextRequest,
  nextStream,
  rejectsWith,
} from "../../support/expect.ts";
import { until } from "../../support/stats.ts";

const { Request, RequesterUpdate, Response, Stream } = MessageType;
const { CANCEL } = reservedId;
const OURS = { extensions: true };

conformance("an aborted call cancels the request", async (scene) => {
  const [client, server] = await scene.pair(OURS);
  const aborter = new AbortController();
  const reason = new Error("enough");
  const calling = client.call(1, "", { signal: aborter.signal })
    .catch((error) => error);
  const { request } = await nextRequest(server);
  const cancelled = fired(request.signal);
  aborter.abort(reason);
  assertStrictEquals(await calling, reason);
  const error = await cancelled;
  assert(error instanceof RpcError);
  assertEquals([error.code, error.side], ["request-closed", "remote"]);
  assert(request.closed);
  assertEquals(server.stats().openReceivedRequests, 0);
  await rejectsWith("request-closed", () => request.sendResponse(1, "late"));
  await until(scene, client, (stats) => stats.openSentRequests === 0);
  assertEquals(client.stats().openSentRequests, 0);
  assertEquals([client.stats().errors, server.stats().errors], [0, 0]);
});

conformance("a request that is disposed is cancelled", async (scene) => {
  const [client, server] = await scene.pair(OURS);
  {
    using _request = await client.sendRequest(1, "");
  }
  await until(scene, client, (stats) => stats.openSentRequests === 0);
  await client.sendStream(2, "behind");
  // It was never handed over, and never is.
  assertEquals((await nextStream(server)).text(), "behind");
  assertEquals(client.stats().openSentRequests, 0);
  assertEquals(server.stats().refusedRequests, 1);
});

conformance(
  "a request that has got its response isn't cancelled",
  async (scene) => {
    const [peer, raw] = await scene.raw(OURS);
    const aborter = new AbortController();
    const request = await peer.sendRequest(1, "", { signal: aborter.signal });
    await raw.recv();
    await raw.send(Response, 0, 1, "done");
    assertEquals((await request.recvResponse()).text(), "done");
    aborter.abort();
    request[Symbol.dispose]();
    await peer.sendStream(2, "");
    assertEquals((await raw.recv())?.header.serviceId, 2);
  },
);

conformance(
  "breaking out of a loop leaves the request open, and the end of its block cancels it",
  async (scene) => {
    const [client, server] = await scene.pair(OURS);
    const serving = (async () => {
      const { request } = await nextRequest(server);
      await request.sendUpdate(2, "one");
      await fired(request.signal);
      return request.closed;
    })();
    {
      using request = await client.sendRequest(1, "");
      for await (const update of request) {
        assertEquals(update.text(), "one");
        break;
      }
      assert(await isPending(serving));
    }
    assert(await serving);
  },
);

conformance(
  "everything that waits on an aborted request gets the reason",
  async (scene) => {
    const [client, server] = await scene.pair(OURS);
    const aborter = new AbortController();
    const reason = new Error("enough");
    const request = await client.sendRequest(1, "", { signal: aborter.signal });
    const { request: received } = await nextRequest(server);
    const waiting = [request.recvUpdate(), request.recvResponse()]
      .map((promise) => promise.catch((error) => error));
    aborter.abort(reason);
    assertEquals(await Promise.all(waiting), [reason, reason]);
    await fired(received.signal);
    await rejectsWith("request-closed", () => request.sendUpdate(1, ""));
    assertStrictEquals(
      await request.recvResponse().catch((error) => error),
      reason,
    );
  },
);

conformance(
  "what a handler gives or throws after a cancel is dropped without a word",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      ...OURS,
      right: { onError: (error) => errors.push(error) },
    });
    const ended: string[] = [];
    let begun = 0;
    server.serve({
      1: async (_request, _body, { signal }) => {
        begun++;
        await fired(signal);
        ended.push("returned");
        return "late";
      },
      2: async (_request, _body, { signal }) => {
        begun++;
        await fired(signal);
        ended.push("threw");
        throw signal.reason;
      },
      3: () => "fine",
    });
    for (const service of [1, 2]) {
      using _request = await client.sendRequest(service, "");
      await until(scene, server, () => begun === service);
    }
    assertEquals((await client.call(3, "")).text(), "fine");
    await until(scene, client, (stats) => stats.openSentRequests === 0);
    await scene.pace(2);
    assertEquals(ended, ["returned", "threw"]);
    assertEquals(errors, []);
    assertEquals(server.stats().openReceivedRequests, 0);
  },
);

/** What handlers do when their signal has fired, and whether that is a fault. */
const ENDS: readonly {
  readonly name: string;
  readonly fault: boolean;
  end(request: ReceivedRequestHandle): unknown;
}[] = [
  {
    name: "throws the reason",
    fault: false,
    end({ signal }) {
      throw signal.reason;
    },
  },
  {
    name: "passes the signal on",
    fault: false,
    end: ({ signal }) => AbortSignal.any([signal]).throwIfAborted(),
  },
  {
    name: "throws an AbortError",
    fault: false,
    end() {
      throw new DOMException("stopped", "AbortError");
    },
  },
  {
    name: "sends an update",
    fault: false,
    end: (request) => request.sendUpdate(1, "late"),
  },
  {
    name: "throws an error of its own",
    fault: true,
    end() {
      throw new Error("the disk is full");
    },
  },
  {
    name: "throws what can't be read",
    fault: true,
    end() {
      throw Object.defineProperty(new Error(), "name", {
        get(): never {
          throw new Error("unreadable");
        },
      });
    },
  },
  {
    name: "uses another request that is closed",
    fault: true,
    end({ requestId }) {
      throw new RpcError("request-closed", "another one", {
        requestId: requestId + 1,
      });
    },
  },
];

conformance(
  "what a handler throws after a cancel goes to onError, unless it is the cancel",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      ...OURS,
      right: { onError: (error) => errors.push(error) },
    });
    let begun = 0;
    let ended = 0;
    server.serve({
      1: async (request, body) => {
        begun++;
        const { end } = ENDS[Number(body.text())]!;
        await fired(request.signal);
        try {
          await end(request);
        } finally {
          ended++;
        }
      },
      2: () => "",
    });
    for (const [index, { name, fault }] of ENDS.entries()) {
      const request = await client.sendRequest(1, `${index}`);
      await until(scene, server, () => begun === index + 1);
      request[Symbol.dispose]();
      await until(scene, server, () => ended === index + 1);
      await client.call(2, "");
      assertEquals(errors.splice(0).length, fault ? 1 : 0, name);
    }
  },
);

conformance(
  "a handler that throws the reason of a cancelling update answers, and that is no fault",
  async (scene) => {
    const errors: unknown[] = [];
    const [client, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    server.serve({
      1: async ({ signal }) => {
        throw await fired(signal);
      },
    }, { cancel: 9 });
    const request = await client.sendRequest(1, "");
    await request.sendUpdate(9, "");
    assert((await request.recvResponse()).isError);
    assertEquals(errors, []);
  },
);

conformance(
  "a late cancel and one for an id that never was are counted",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    peer.serve({ 1: () => "done" });
    await raw.send(Request, 5, 1, "");
    assertEquals((await raw.recv())?.text(), "done");
    await raw.sendBatch([
      [RequesterUpdate, 5, CANCEL, ""],
      [RequesterUpdate, 77, CANCEL, ""],
      [Request, 6, 1, ""],
    ]);
    assertEquals((await raw.recv())?.header.requestId, 6);
    const { lateUpdates, errors } = peer.stats();
    assertEquals([lateUpdates, errors], [2, 0]);
  },
);

conformance(
  "a cancelled request frees its place at once, while its handler still works",
  async (scene) => {
    const [client, server] = await scene.pair({
      ...OURS,
      maxOpenReceivedRequests: 1,
      maxOpenSentRequests: 1,
    });
    const go = Promise.withResolvers<void>();
    server.serve({ 1: () => go.promise, 2: () => "stopped" });
    const aborter = new AbortController();
    const calling = client.call(1, "", { signal: aborter.signal })
      .catch(({ name }) => name);
    await until(scene, server, (stats) => stats.openReceivedRequests === 1);
    aborter.abort();
    assertEquals(await calling, "AbortError");
    assertEquals((await client.call(2, "stop")).text(), "stopped");
    go.resolve();
  },
);

conformance(
  "a request that was cancelled before it is taken is never handed over",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.sendBatch([
      [Request, 1, 1, "one"],
      [Request, 2, 1, "two"],
      [RequesterUpdate, 1, CANCEL, ""],
      [Stream, 0, 3, "behind"],
    ]);
    const answer = await raw.recv();
    assertEquals(answer?.header.requestId, 1);
    assert(answer?.text().startsWith("canceled: "), answer?.text());
    const { request, body } = await nextRequest(peer);
    assertEquals(body.text(), "two");
    await request.sendResponse(1, "");
    assertEquals((await nextStream(peer)).text(), "behind");
    assertEquals(peer.stats().droppedMessages, 1);
  },
);

conformance(
  "without extensions nothing of a cancel is on the wire",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    {
      using _request = await peer.sendRequest(1, "", { timeout: 60_000 });
    }
    const aborter = new AbortController();
    const calling = peer.call(1, "", { signal: aborter.signal })
      .catch(({ name }) => name);
    aborter.abort();
    assertEquals(await calling, "AbortError");
    await peer.sendStream(2, "");
    const ids: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const { header } = (await raw.recv())!;
      ids.push([header.type, header.serviceId]);
    }
    assertEquals(ids, [[Request, 1], [Request, 1], [Stream, 2]]);
    await raw.sendBatch([[Response, 0, 1, ""], [Response, 1, 1, ""]]);
    await until(scene, peer, (stats) => stats.openSentRequests === 0);
  },
);

conformance(
  "without extensions onAbort is sent when a handle is disposed",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    {
      using _request = await peer.sendRequest(1, "", {
        onAbort: { serviceId: 9, body: "stop" },
      });
    }
    assertEquals((await raw.recv())?.header.type, Request);
    assertEquals(await raw.recvPlain(), [RequesterUpdate, 0, 9, "stop"]);
    await raw.send(Response, 0, 1, "");
    await until(scene, peer, (stats) => stats.openSentRequests === 0);
  },
);

conformance(
  "an update that serve knows as a cancel fires the signal, and is delivered",
  async (scene) => {
    const [client, server] = await scene.pair();
    server.serve({
      1: async (request, _body, { signal }) => {
        const update = await request.recvUpdate();
        return `${signal.aborted} ${update?.text()}`;
      },
    }, { cancel: 9 });
    const request = await client.sendRequest(1, "");
    await request.sendUpdate(9, "stop");
    assertEquals((await request.recvResponse()).text(), "true stop");
  },
);

conformance("the end of a connection fires the signals", async (scene) => {
  const [client, server] = await scene.pair();
  const signals: AbortSignal[] = [];
  const begun = Promise.withResolvers<void>();
  const serving = server.serve({
    1: async (_request, _body, { signal }) => {
      signals.push(signal);
      begun.resolve();
      await fired(signal);
    },
  });
  const calling = client.call(1, "").catch(({ code }) => code);
  await begun.promise;
  await client.close();
  assertEquals(await calling, "connection-closed");
  await serving;
  assertEquals(signals[0]?.reason.code, "connection-closed");
});
