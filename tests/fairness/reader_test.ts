/** How much a connection does between two turns of the event loop, by count. */
import { assert, assertEquals } from "@std/assert";
import { nextStream } from "../support/expect.ts";
import { SCRIPTED_KINDS } from "../support/scripted_duplex.ts";
import { frame, STREAM } from "../support/scripted_frames.ts";
import { turnBudget } from "../../internal/event_loop.ts";
import { MemoryTransport, Peer } from "../../mod.ts";
import { CountedTurns, Flooded, STEP, streams } from "./support.ts";

const MANY = 10_000;

for (const kind of SCRIPTED_KINDS) {
  for (const messages of [64, 256, 1024]) {
    Deno.test(`A chunk of ${MANY} messages is handed on at most ${messages} a turn, and in order (${kind})`, async () => {
      const turns = new CountedTurns(
        { free: 32, messages, time: Infinity, rest: STEP },
        (): number => flooded.messages,
      );
      await using flooded = new Flooded(turns.budget, kind);
      await flooded.wire.output.write(streams(MANY));
      for (let i = 0; i < MANY; i++) {
        assertEquals((await nextStream(flooded.peer)).header.serviceId, i);
      }
      assert(turns.most <= messages + 2 * STEP, `${turns.most} in a turn`);
      assert(turns.between.length >= MANY / (messages + 2 * STEP) - 1);
    });
  }

  Deno.test(`Many small chunks are bounded like a large one (${kind})`, async () => {
    const turns = new CountedTurns(
      { free: 32, messages: 256, time: Infinity, rest: STEP },
      (): number => flooded.messages,
    );
    await using flooded = new Flooded(turns.budget, kind);
    const chunk = streams(3);
    for (let i = 0; i < 2000; i++) await flooded.wire.output.write(chunk);
    await flooded.handedOn(6000);
    assert(turns.most <= 256 + STEP, `${turns.most} in a turn`);
    assert(turns.between.length >= 6000 / (256 + STEP) - 1);
  });

  Deno.test(`A batch of no more than the rest is not cut, whatever was spent (${kind})`, async () => {
    const turns = new CountedTurns(
      { free: 32, messages: 64, time: Infinity, rest: 256 },
      (): number => flooded.messages,
    );
    await using flooded = new Flooded(turns.budget, kind);
    for (let sent = 256; sent <= 10 * 256; sent += 256) {
      await flooded.wire.output.write(streams(256));
      await flooded.handedOn(sent);
    }
    assertEquals(turns.between.filter((messages) => messages % 256 > 0), []);
    assert(turns.between.length >= 9);
  });

  Deno.test(`Messages that take long are bounded by time, whatever their number (${kind})`, async () => {
    let messages = 0;
    const turns = new CountedTurns(
      { free: 32, messages: Infinity, time: 1, rest: STEP },
      () => messages,
      // As if each message took a hundredth of a millisecond.
      { start: () => () => {}, now: () => messages / 100 },
    );
    await using flooded = new Flooded(turns.budget, kind);
    const { counters } = flooded.connection;
    Object.defineProperty(counters, "messagesReceived", {
      get: () => messages,
      set: (count) => messages = count,
    });
    await flooded.wire.output.write(streams(MANY));
    await flooded.handedOn(MANY);
    assert(turns.most <= 100 + 2 * STEP, `${turns.most} in a turn`);
    assert(turns.between.length >= MANY / (100 + 2 * STEP) - 1);
  });

  Deno.test(`A large message that comes in small pieces is bounded by the number of its reads (${kind})`, async () => {
    const length = 1024 * 1024;
    const piece = 256;
    const turns = new CountedTurns(
      { free: 32, messages: 128, time: Infinity, rest: STEP },
      (): number => flooded.wire.output.taken / piece,
    );
    await using flooded = new Flooded(turns.budget, kind, {
      maxBodyLenRead: length,
    }, { reads: [piece] });
    const body = new Uint8Array(length).fill(7);
    await flooded.wire.output.write(frame(STREAM, 0, 1, body));
    assertEquals((await nextStream(flooded.peer)).body.data.length, length);
    assert(turns.most <= 128, `${turns.most} reads in a turn`);
    assert(turns.between.length >= length / piece / 128 - 1);
  });

  for (const count of [2, 5]) {
    Deno.test(`${count} connections share one budget, and have it in turn (${kind})`, async () => {
      const all: Flooded[] = [];
      const sum = (): number =>
        all.reduce((messages, each) => messages + each.messages, 0);
      const turns = new CountedTurns({
        free: 32,
        messages: 256,
        time: Infinity,
        rest: STEP,
      }, sum);
      await using stack = new AsyncDisposableStack();
      for (let i = 0; i < count; i++) {
        all.push(stack.use(new Flooded(turns.budget, kind)));
      }
      const flood = streams(MANY);
      for (const { wire } of all) await wire.output.write(flood);
      await all[0]!.handedOn(MANY / 2);
      for (const { messages } of all) {
        assert(messages >= MANY / 4, `${messages} beside ${MANY / 2}`);
      }
      await Promise.all(all.map((each) => each.handedOn(MANY)));
      // Each one may have begun a step.
      const most = 256 + count * 2 * STEP;
      assert(turns.most <= most, `${turns.most} in a turn`);
      assert(turns.between.length >= count * MANY / most - 1);
    });
  }

  Deno.test(`What is closed in the midst of a chunk hands on no more of it (${kind})`, async () => {
    const turns = new CountedTurns(
      { free: 32, messages: 64, time: Infinity, rest: STEP },
      (): number => flooded.messages,
    );
    await using flooded = new Flooded(turns.budget, kind);
    await flooded.wire.output.write(streams(MANY));
    await nextStream(flooded.peer);
    const closing = flooded.peer.close();
    const { messages } = flooded;
    assert(messages < MANY / 2, `${messages}`);
    flooded.wire.output.endReads();
    await closing;
    assertEquals(flooded.messages, messages);
    assertEquals(flooded.peer.stats().inboxMessages, 0);
  });
}

Deno.test("All peers of a thread share the one budget", async () => {
  const { spendRead } = turnBudget;
  let reads = 0;
  turnBudget.spendRead = (messages): Promise<void> | null => {
    reads++;
    return spendRead.call(turnBudget, messages);
  };
  try {
    for (let i = 1; i <= 2; i++) {
      const [left, right] = MemoryTransport.pair();
      await using client = Peer.spawn(left);
      await using server = Peer.spawn(right);
      server.serve({ 1: (_request, body) => body });
      const before = reads;
      assertEquals((await client.call(1, "hello")).text(), "hello");
      assert(reads >= before + 1, `connection ${i} reads past the budget`);
    }
  } finally {
    turnBudget.spendRead = spendRead;
  }
});
