/** `serverStats` of a server that tells of its connections. */
import { assert, assertEquals } from "@std/assert";
import { Listener, Peer, type StreamBody } from "../../../mod.ts";
import { defineInterface, serve, serverStats } from "../../../interface/mod.ts";
import { MemoryAcceptor } from "../../support/memory_acceptor.ts";

const Lamp = defineInterface({ name: "Lamp", services: { on: { id: 1 } } });

/** A listener in memory. */
function listen(): ReturnType<MemoryAcceptor["listen"]> {
  return new MemoryAcceptor().listen({});
}

Deno.test("a server with stats: { listener } tells of its connections, as the listener does", async () => {
  const { listener, connect } = listen();
  const lamp = Lamp.implement({ on: () => {} });
  const running = listener.run((peer) =>
    serve(peer, lamp, { stats: { listener } })
  );
  await using client = await connect();
  await Lamp.client(client).on();
  const { listener: told, interfaces } = await serverStats(client);
  assertEquals(interfaces[0]?.services[0]?.calls, 1);
  assert(told !== undefined);
  assertEquals([told.accepted, told.open, told.addr], [1, 1, listener.addr]);
  const [connection] = told.connections;
  assertEquals(connection?.transport, "memory");
  assertEquals(connection?.info, { transport: "memory" });
  assertEquals(connection?.messagesReceived, 2);
  assertEquals(
    connection?.openRequests.map(({ serviceId, direction }) => [
      serviceId,
      direction,
    ]),
    [[-2147483646, "received"]],
  );
  const now = listener.stats();
  assertEquals(Object.keys(told), Object.keys(now));
  assertEquals(Object.keys(connection!), Object.keys(now.connections[0]!));
  await listener.shutdown({ grace: 0 });
  await running;
});

Deno.test("a server with stats: true tells of no connections", async () => {
  const { listener, connect } = listen();
  const lamp = Lamp.implement({ on: () => {} });
  const running = listener.run((peer) => serve(peer, lamp, { stats: true }));
  await using client = await connect();
  assertEquals((await serverStats(client)).listener, undefined);
  await listener.shutdown({ grace: 0 });
  await running;
});

Deno.test("of an info that JSON can't say the rest is told, or nothing", async () => {
  class Odd {
    readonly id = 12n;
    readonly self: unknown = null;
    constructor(isCircle: boolean) {
      if (isCircle) this.self = this;
    }
  }
  for (
    const [isCircle, told] of [
      [false, { id: "12", self: null }],
      [true, null],
    ] as const
  ) {
    const acceptor = new MemoryAcceptor();
    const accept = acceptor.accept.bind(acceptor);
    acceptor.accept = async () =>
      Object.assign(await accept(), { info: new Odd(isCircle) });
    const listener = new Listener<StreamBody, unknown>(acceptor);
    const running = listener.run((peer) =>
      serve(peer, Lamp.implement({ on: () => {} }), { stats: { listener } })
    );
    await using client = Peer.spawn(await acceptor.connect());
    const { listener: stats } = await serverStats(client);
    assertEquals(stats?.connections[0]?.info, told);
    await listener.shutdown({ grace: 0 });
    await running;
  }
});
