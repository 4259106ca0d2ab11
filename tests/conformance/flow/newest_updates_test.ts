/** Updates taken with `keep`: the newest wait, older ones are dropped, and reading never pauses. */
import { assert, assertEquals } from "@std/assert";
import { type Keep, MessageType, type UpdatesOptions } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextRequest, nextStream, rejectsWith } from "../../support/expect.ts";
import type { RawEnd } from "../../support/raw_end.ts";
import type { PairOptions, Scene, TestPeer } from "../../support/scene.ts";
import { until } from "../../support/stats.ts";

const { Request, Response, ResponderUpdate, RequesterUpdate, Stream } =
  MessageType;

const STOP = 2;
const BODY = new Uint8Array(4000);

/** A request of a peer, whose updates come from a raw end. */
async function viewing(
  scene: Scene,
  side: "sent" | "received",
  options: PairOptions = {},
) {
  const [peer, raw] = await scene.raw(options);
  if (side === "received") {
    await raw.send(Request, 0, 1);
    const { request } = await nextRequest(peer);
    return new Viewing(peer, raw, request, RequesterUpdate);
  }
  const request = await peer.sendRequest(1, "");
  await raw.recv();
  return new Viewing(peer, raw, request, ResponderUpdate);
}

class Viewing {
  constructor(
    readonly peer: TestPeer,
    readonly raw: RawEnd,
    readonly request: {
      updates(options?: UpdatesOptions): AsyncIterableIterator<
        { readonly header: { readonly serviceId: number } }
      >;
    },
    readonly type: MessageType,
  ) {}

  /** Sends updates of these kinds, and waits until they have been read. */
  async come(...kinds: number[]): Promise<void> {
    await this.raw.sendBatch([
      ...kinds.map((kind) => [this.type, 0, kind, ""] as const),
      [Stream, 0, 0, ""],
    ]);
    await nextStream(this.peer);
  }

  /** Iterates over so many updates; their kinds. */
  async take(count: number, options?: UpdatesOptions): Promise<number[]> {
    const kinds: number[] = [];
    for await (const { header } of this.request.updates(options)) {
      kinds.push(header.serviceId);
      if (kinds.length === count) break;
    }
    return kinds;
  }
}

for (const side of ["sent", "received"] as const) {
  conformance(
    `a viewer of a ${side} request that takes nothing doesn't hold up a stop on the same connection`,
    async (scene) => {
      const limits = { maxInboxMessages: 3, maxRequestInboxMessages: 3 };
      const [client, server] = await scene.pair(limits);
      const sent = await client.sendRequest(1, "");
      const { request: received } = await nextRequest(server);
      const [viewer, from, to] = side === "sent"
        ? [client, received, sent]
        : [server, sent, received];
      const updates = to.updates({ keep: "latest" });
      const count = 400;
      for (let i = 1; i <= count; i++) await from.sendUpdate(i, BODY);
      // It comes behind the updates, or its answer does.
      const stopping = client.call(STOP, "stop");
      const { request: stop, body } = await nextRequest(server);
      assertEquals(body.text(), "stop");
      await stop.sendResponse(STOP, "stopped");
      assertEquals((await stopping).text(), "stopped");
      const { outdatedMessages, droppedMessages, reading } = viewer.stats();
      assertEquals([outdatedMessages, droppedMessages], [count - 1, 0]);
      assertEquals(reading, { paused: false });
      assertEquals((await updates.next()).value?.header.serviceId, count);
      await received.sendResponse(1, "");
      assertEquals((await updates.next()).done, true);
      await sent.recvResponse();
    },
  );

  conformance(
    `of the updates of a ${side} request the newest are taken, in order, and the rest is counted`,
    async (scene) => {
      const view = await viewing(scene, side);
      const told: number[] = [];
      const onDrop = (dropped: number): void => void told.push(dropped);
      const options = { keep: 3, onDrop };
      view.request.updates(options);
      await view.come(1, 2, 3, 4, 5, 6, 7);
      assertEquals(await view.take(2, options), [5, 6]);
      // The loop is left, and they go on.
      await view.come(8, 9, 10);
      assertEquals(await view.take(3), [8, 9, 10]);
      assertEquals(told, [1, 2, 3, 4, 5]);
      assertEquals(view.peer.stats().outdatedMessages, 5);
    },
  );

  conformance(
    `updates of a ${side} request that wait are dropped at once, and reading goes on`,
    async (scene) => {
      const limits = { maxRequestInboxMessages: 4 };
      const view = await viewing(scene, side, limits);
      const kinds = [1, 2, 3, 4];
      await view.raw.sendBatch(
        kinds.map((kind) => [view.type, 0, kind, ""] as const),
      );
      await until(scene, view.peer, ({ reading }) => reading.paused);
      const coming = view.come(5);
      const told: number[] = [];
      const options: UpdatesOptions = {
        keep: 2,
        onDrop: (dropped) => void told.push(dropped),
      };
      const updates = view.request.updates(options);
      assertEquals(told, [2]);
      await coming;
      assertEquals(told, [2, 3]);
      for (const kind of [4, 5]) {
        assertEquals((await updates.next()).value?.header.serviceId, kind);
      }
      assertEquals(view.peer.stats().reading, { paused: false });
    },
  );

  conformance(
    `without keep all updates of a ${side} request are iterated over, until a signal fires`,
    async (scene) => {
      const view = await viewing(scene, side);
      await view.come(1, 2, 3);
      const controller = new AbortController();
      const updates = view.request.updates({ signal: controller.signal });
      for (const kind of [1, 2, 3]) {
        assertEquals((await updates.next()).value?.header.serviceId, kind);
      }
      const waiting = updates.next();
      const reason = new Error("enough");
      controller.abort(reason);
      const [result] = await Promise.allSettled([waiting]);
      assert(result.status === "rejected" && result.reason === reason);
      await view.come(4);
      assertEquals(await view.take(1), [4]);
      assertEquals(view.peer.stats().outdatedMessages, 0);
    },
  );
}

conformance(
  "a loop over the newest updates may await calls of the same connection, however fast updates come",
  async (scene) => {
    const [client, server] = await scene.pair({ maxRequestInboxMessages: 3 });
    const sent = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    const updates = sent.updates({ keep: "latest" });
    const looping = (async () => {
      for await (const { header } of updates) {
        await client.call(STOP, `${header.serviceId}`);
      }
    })();
    const seen: string[] = [];
    await request.sendUpdate(0, "");
    for (let round = 1; round <= 5; round++) {
      const { request: call, body } = await nextRequest(server);
      seen.push(body.text());
      // More than may wait, before the response to the call.
      for (let i = 0; i < 10; i++) await request.sendUpdate(round, BODY);
      await call.sendResponse(STOP, "");
    }
    const { request: last, body } = await nextRequest(server);
    seen.push(body.text());
    await last.sendResponse(STOP, "");
    assertEquals(seen, ["0", "1", "2", "3", "4", "5"]);
    await request.sendResponse(1, "");
    await looping;
  },
);

conformance(
  "an update that somebody waits for is never dropped, and recvUpdate gives what is kept",
  async (scene) => {
    const [client, server] = await scene.pair();
    const sent = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    const updates = sent.updates({ keep: 1 });
    const waiting = [updates.next(), updates.next(), sent.recvUpdate()];
    for (const kind of [1, 2, 3, 4]) await request.sendUpdate(kind, "");
    await Promise.all(waiting);
    assertEquals((await sent.recvUpdate())?.header.serviceId, 4);
    assertEquals(client.stats().outdatedMessages, 0);
    await request.sendResponse(1, "");
    assertEquals(await sent.recvUpdate(), null);
    await sent.recvResponse();
  },
);

conformance(
  "the newest updates wait for the end of a sent request, and the response behind them",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const sent = await peer.sendRequest(1, "");
    await raw.recv();
    const updates = sent.updates({ keep: 2 });
    await raw.sendBatch([
      ...[1, 2, 3].map((kind) => [ResponderUpdate, 0, kind, ""] as const),
      [Response, 0, 1, "done"],
      [Stream, 0, 0, ""],
    ]);
    await nextStream(peer);
    await rejectsWith("unexpected-message-type", () => sent.recvResponse());
    const rest = await Array.fromAsync(updates);
    assertEquals(rest.map(({ header }) => header.serviceId), [2, 3]);
    assertEquals((await sent.recvResponse()).text(), "done");
  },
);

conformance(
  "what was kept is dropped when the request is abandoned or answered",
  async (scene) => {
    const [left, right] = await scene.pair();
    const sent = await left.sendRequest(1, "");
    const { request } = await nextRequest(right);
    sent.updates({ keep: 2 });
    request.updates({ keep: 2 });
    for (const kind of [1, 2, 3]) {
      await sent.sendUpdate(kind, "");
      await request.sendUpdate(kind, "");
    }
    for (const [from, to] of [[left, right], [right, left]] as const) {
      await from.sendStream(1, "");
      await nextStream(to);
    }
    sent[Symbol.dispose]();
    await request.sendResponse(1, "");
    for (const peer of [left, right]) {
      const { droppedMessages, outdatedMessages } = peer.stats();
      assertEquals([droppedMessages, outdatedMessages], [2, 1]);
    }
    await right.sendStream(1, "");
    await nextStream(left);
  },
);

conformance(
  "each request has its own keep, and others still pause reading",
  async (scene) => {
    const [peer, raw] = await scene.raw({ maxRequestInboxMessages: 2 });
    const kept = await peer.sendRequest(1, "");
    const other = await peer.sendRequest(1, "");
    for (let i = 0; i < 2; i++) await raw.recv();
    kept.updates({ keep: "latest" });
    const updates = [0, 0, 0, 0, 1, 1].map((id, kind) =>
      [ResponderUpdate, id, kind, ""] as const
    );
    await raw.sendBatch(updates);
    await until(scene, peer, ({ reading }) => reading.paused);
    const { reading } = peer.stats();
    assert(reading.paused);
    assertEquals(reading.by, { updatesOf: other.requestId });
    assertEquals((await kept.recvUpdate())?.header.serviceId, 3);
    for (const kind of [4, 5]) {
      assertEquals((await other.recvUpdate())?.header.serviceId, kind);
    }
  },
);

conformance(
  "options of updates are checked at the call, and none is in force that was refused",
  async (scene) => {
    const view = await viewing(scene, "sent");
    const refused: [unknown, string][] = [
      [{ keep: 0 }, "RangeError"],
      [{ keep: 1.5 }, "RangeError"],
      [{ keep: "newest" as Keep }, "TypeError"],
      [{ onDrop: () => {} }, "TypeError"],
    ];
    for (const [options, name] of refused) {
      let thrown: unknown = null;
      try {
        view.request.updates(options as UpdatesOptions);
      } catch (error) {
        thrown = error;
      }
      assert(thrown instanceof Error, `${JSON.stringify(options)} passes`);
      assertEquals(thrown.name, name);
    }
    await view.come(1, 2, 3);
    assertEquals(await view.take(3), [1, 2, 3]);
  },
);

conformance(
  "an onDrop that throws goes to onError, and reading goes on",
  async (scene) => {
    const errors: unknown[] = [];
    const view = await viewing(scene, "sent", {
      onError: (error) => errors.push(error),
    });
    const error = new Error("mistake");
    view.request.updates({
      keep: "latest",
      onDrop: () => {
        throw error;
      },
    });
    await view.come(1, 2, 3);
    assertEquals(await view.take(1), [3]);
    assertEquals(errors, [error, error]);
  },
);
