/** What a pool does with the connections that its regions are sent by. */
import { assert, assertEquals } from "@std/assert";
import { lentMemory } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import { Libc } from "../../transports/libc/libc.ts";
import { Lender } from "../../transports/shared_memory/lender.ts";
import type { Carrier } from "../../transports/shared_memory/region.ts";
import { CountingSignal } from "../support/counting_signal.ts";
import { testWith } from "../support/permissions.ts";

const LIMITS = {
  maxRegions: 1,
  maxBytes: 65536,
  maxMappings: 1,
  maxSize: 65536,
};

/** A connection that counts how often it was asked for releases. */
class CountingCarrier implements Carrier {
  collected = 0;
  expected = 0;
  forgotten = 0;

  collect(): void {
    this.collected++;
  }

  expectReleases(): void {
    this.expected++;
  }

  forget(): void {
    this.forgotten++;
  }
}

testWith(
  "ffi",
  "a connection that has ended is asked and told nothing more",
  async () => {
    using libc = Libc.open();
    assert(libc !== null);
    const lender = new Lender(libc, LIMITS);
    const [live, ended] = [new CountingCarrier(), new CountingCarrier()];
    const lease = lender.lend(10);
    lease[lentMemory].regionFor(live);
    lease[lentMemory].regionFor(ended);
    lender.leave(ended);
    const waiting = lender.lendWhenFree(10).catch((error) => error);
    lender.end(new RpcError("connection-aborted", "The end"));
    assertEquals((await waiting).code, "connection-aborted");
    assertEquals([live.collected, live.expected, live.forgotten], [1, 1, 1]);
    assertEquals([ended.collected, ended.expected, ended.forgotten], [0, 0, 0]);
  },
);

testWith("ffi", "a wait lets go of its signal, however it ends", async () => {
  using libc = Libc.open();
  assert(libc !== null);
  const lender = new Lender(libc, LIMITS);
  const counting = new CountingSignal();
  const { signal } = counting;
  const lease = lender.lend(10);
  const [served, given] = [
    lender.lendWhenFree(10, signal),
    lender.lendWhenFree(10, signal).catch((error) => error),
  ];
  lease.release();
  (await served).release();
  (await given).release();
  const held = lender.lend(10);
  const refused = lender.lendWhenFree(10, signal).catch((error) => error);
  assertEquals([counting.added, counting.listeners], [3, 1]);
  lender.end(new RpcError("connection-aborted", "The end"));
  assertEquals((await refused).code, "connection-aborted");
  held.release();
  assertEquals(counting.listeners, 0);
});
