/** The open connections of a listener and its figures, over every transport that listens. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { conformance, listens } from "../../support/conformance.ts";

conformance(
  "peers are those that are open, however they were accepted, and send",
  async (scene) => {
    const { listener, connect } = await scene.listen();
    assertEquals([...listener.peers], []);
    await using first = await connect();
    await using accepted = await listener.accept();
    const running = listener.run((peer) => peer.serve({ 1: () => "one" }));
    await using second = await connect();
    assertEquals((await second.call(1, "")).text(), "one");
    const peers = [...listener.peers];
    assertEquals(peers.length, 2);
    assertEquals([...listener.peers], peers);
    assertEquals(peers[0]!.info, accepted.info);
    for (const peer of peers) {
      await peer.sendStream(7, "all");
      peer[Symbol.dispose]();
    }
    for (const client of [first, second]) {
      const message = await client.recvMessage();
      assert(message?.kind === "stream");
      assertEquals(message.message.text(), "all");
    }
    // It works on after a split, which empties the handle of the handler.
    const [reader, writer] = accepted.split();
    assertEquals(peers[0]!.stats().state, "open");
    await Promise.all([first.close(), accepted.closed, writer.close()]);
    reader[Symbol.dispose]();
    assertEquals([...listener.peers], [peers[1]]);
    assertEquals(peers[0]!.stats().state, "closed");
    await listener.shutdown();
    await running;
    assertEquals([...listener.peers], []);
  },
  listens,
);

conformance(
  "stats of a listener count connections, and add up what all have counted",
  async (scene) => {
    const errors: unknown[] = [];
    let refuse = false;
    const { listener, connect } = await scene.listen({
      authorize: () => !refuse,
      onError: (error) => errors.push(error),
    });
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const running = listener.run((peer) =>
      peer.serve({
        1: (_request, body) => body,
        2: async () => {
          begun.resolve();
          await end.promise;
        },
      })
    );
    await using first = await connect();
    await first.call(1, "12345");
    await first.close();
    await using second = await connect();
    await second.call(1, "");
    const waiting = second.call(2, "");
    await begun.promise;
    for (let i = 0; listener.stats().open > 1 && i < 100; i++) {
      await scene.pace(1);
    }
    const stats = listener.stats();
    assertEquals(stats.addr, listener.addr);
    assert(Math.abs(Date.now() - stats.since) < 60_000);
    assertEquals([stats.accepted, stats.open], [2, 1]);
    assertEquals([stats.refused, stats.failedAccepts], [0, 0]);
    const { total, connections } = stats;
    assertEquals([total.messagesReceived, total.messagesSent], [3, 2]);
    assertEquals(connections.length, 1);
    const [connection] = connections;
    assertEquals(connection!.messagesReceived, 2);
    assert(total.bytesReceived > connection!.bytesReceived);
    assertEquals(connection!.openReceivedRequests, 1);
    assertEquals(
      connection!.openRequests.map(({ direction, serviceId, state }) => [
        direction,
        serviceId,
        state,
      ]),
      [["received", 2, "running"]],
    );
    const few = listener.stats({ connections: 1, requests: 0 });
    assertEquals(few.connections[0]!.openRequests, []);
    assertEquals(listener.stats({ connections: 0 }).connections, []);
    assertThrows(() => listener.stats({ requests: -1 }), RangeError);
    end.resolve();
    await waiting;
    refuse = true;
    // Over some transports it is only told when it is used.
    await connect().then((peer) => peer.closed, () => {});
    for (let i = 0; listener.stats().refused === 0 && i < 100; i++) {
      await scene.pace(1);
    }
    assertEquals([listener.stats().refused, errors.length], [1, 1]);
    assertEquals(listener.stats().accepted, 2);
    await listener.shutdown();
    await running;
  },
  listens,
);
