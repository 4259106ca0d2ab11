/** While both sides are busy, a message costs no system call. */
import { assert, assertEquals } from "@std/assert";
import { failCalls, failing } from "../lost_connections/failing_calls.ts";
import { testWith } from "../support/permissions.ts";

failCalls();
// Only now, as it opens the C library.
const { Peer, SharedRingTransport } = await import("../../mod.ts");

const COUNT = 5000;

/** What the event loop's turns call, however many messages they bring. */
const OF_TURNS = ["epoll_wait", "sched_yield"];

for (const inFlight of [1, 64]) {
  testWith(
    "ffi",
    `calls over rings make no system call, ${inFlight} in flight`,
    async () => {
      const [a, b] = SharedRingTransport.pair();
      await using client = Peer.spawn(a);
      await using server = Peer.spawn(b);
      const served = server.serve({ 1: (_request, body) => body });
      const body = new Uint8Array(32);
      const call = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i++) {
          using response = await client.call(1, body);
          assertEquals(response.body.data.length, 32);
        }
      };
      // Until both sides share the rings.
      await call(100);
      failing.count();
      await Promise.all(
        Array.from({ length: inFlight }, () => call(COUNT / inFlight)),
      );
      const { counted } = failing;
      const others = Object.keys(counted).filter((name) =>
        !OF_TURNS.includes(name)
      );
      assertEquals(others, [], JSON.stringify(counted));
      // A call takes two turns at most, and each eighth asks.
      const asked = counted["epoll_wait"] ?? 0;
      assert(asked <= 2 * COUNT / 8 + 10, `epoll was asked ${asked} times`);
      await client.close();
      await served;
    },
  );
}
