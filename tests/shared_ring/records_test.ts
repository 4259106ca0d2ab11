/** Messages through a ring: laps, pieces, pages in front, and what settles when. */
import { assert, assertEquals } from "@std/assert";
import {
  Message,
  MessageHeader,
  MessageType,
  RpcError,
  UnixBody,
} from "../../mod.ts";
import type { Incoming } from "../../mod.ts";
import { Prng } from "../fuzz/prng.ts";
import { RecordPair } from "./support/records.ts";

function message(id: number, body: Uint8Array<ArrayBuffer> | string) {
  return new Message(
    new MessageHeader(MessageType.Request, id, -7),
    new UnixBody(body),
  );
}

function check(item: Incoming<UnixBody>, expected: Message<UnixBody>): void {
  assert(!(item instanceof RpcError), String(item));
  assertEquals(item.header, expected.header);
  assertEquals(item.body.data, expected.body.data);
}

for (const endian of ["little", "big"] as const) {
  Deno.test(`what is written comes out the same, ${endian} endian`, () => {
    const pair = new RecordPair(4096, { endian });
    const sent = [message(1, "one"), message(2, ""), message(2 ** 32 - 1, "3")];
    for (const each of sent) pair.writer.push(each, false);
    // Nothing is visible before the batch is published.
    assertEquals(pair.read(), []);
    assert(pair.write());
    const items = pair.read();
    assertEquals(items.length, 3);
    items.forEach((item, i) => check(item, sent[i]!));
  });
}

for (const seed of [1, 2, 3, 4]) {
  for (const start of [0, 2 ** 31 - 4096, 2 ** 32 - 8192]) {
    const size = 4096;
    const title = `any lengths in any batches, near 0x${
      start.toString(16)
    }, seed ${seed}`;
    Deno.test(title, () => {
      const prng = new Prng(seed);
      // A large ring gets there in few steps; its place doesn't matter then.
      const pair = start === 0
        ? new RecordPair(size)
        : new RecordPair(2 ** 16, {}, start - start % 2 ** 16);
      const expected: Message<UnixBody>[] = [];
      const received: Incoming<UnixBody>[] = [];
      let settled = 0;
      for (let i = 0; i < 2000; i++) {
        const long = prng.int(0, 40 - 1) === 0 ? 20_000 : 400;
        const body = new Uint8Array(prng.int(0, long - 1)).fill(i);
        const each = message(i, body);
        expected.push(each);
        pair.writer.push(each, false, () => settled++);
        if (prng.int(0, 3 - 1) > 0) continue;
        while (!pair.write()) received.push(...pair.read());
        if (prng.int(0, 2 - 1) === 0) received.push(...pair.read());
      }
      while (!pair.write()) received.push(...pair.read());
      received.push(...pair.read());
      assertEquals(received.length, expected.length);
      received.forEach((item, i) => check(item, expected[i]!));
      assertEquals(settled, expected.length);
      assert(pair.writer.empty);
      assert(!pair.reader.partial);
    });
  }
}

Deno.test("a body of many times the ring goes through it in pieces", () => {
  const pair = new RecordPair(4096);
  const body = new Uint8Array(300_001).map((_, i) => i % 251);
  let settled = false;
  pair.writer.push(message(1, body), false, () => settled = true);
  const items: Incoming<UnixBody>[] = [];
  while (!pair.write()) {
    assert(!settled);
    items.push(...pair.read());
  }
  assert(settled);
  items.push(...pair.read());
  assertEquals(items.length, 1);
  check(items[0]!, message(1, body));
});

Deno.test("delivered bodies don't change when the ring is written over", () => {
  const pair = new RecordPair(4096);
  const received: Uint8Array[] = [];
  for (let i = 0; i < 300; i++) {
    pair.writer.push(message(i, new Uint8Array(100).fill(i)), false);
    assert(pair.write());
    for (const item of pair.read()) {
      assert(!(item instanceof RpcError));
      received.push(item.body.data);
    }
  }
  pair.ring.memory.bytes.fill(0xff);
  received.forEach((body, i) =>
    assert(body.every((byte) => byte === i % 256), `${i}`)
  );
});

Deno.test("little traffic stays in the first pages of the ring", () => {
  const pair = new RecordPair(256 * 1024);
  for (let i = 0; i < 20_000; i++) {
    pair.writer.push(message(i, "a message of some length"), false);
    assert(pair.write());
    assertEquals(pair.read().length, 1);
  }
  const last = pair.ring.memory.bytes.findLastIndex((byte) => byte !== 0);
  assert(last < 20_000, `${last}`);
});

Deno.test("a long batch is read while it is written", () => {
  const pair = new RecordPair(2 ** 16);
  assert(pair.ring.reader.sleep());
  const received: Incoming<UnixBody>[] = [];
  for (let i = 0; i < 256; i++) {
    pair.writer.push(message(i, "a message of some length"), false);
    received.push(...pair.read());
  }
  assert(received.length > 200, `${received.length}`);
  assertEquals(pair.woken, ["reader"]);
  assert(pair.write());
  received.push(...pair.read());
  assertEquals(received.length, 256);
});

Deno.test("each side wakes the other one if it sleeps", () => {
  const pair = new RecordPair(4096);
  assert(pair.ring.reader.sleep());
  pair.writer.push(message(1, new Uint8Array(1000)), false);
  assert(pair.write());
  assertEquals(pair.woken, ["reader"]);
  for (let i = 0; i < 4; i++) {
    pair.writer.push(message(1, new Uint8Array(1000)), false);
  }
  assert(!pair.write());
  assertEquals(pair.woken, ["reader"]);
  assert(pair.writer.sleep());
  assertEquals(pair.read().length, 4);
  assertEquals(pair.woken, ["reader", "writer"]);
  assert(pair.write());
  assertEquals(pair.read().length, 1);
});

Deno.test("what comes while a write is under way is left for the next one", () => {
  const pair = new RecordPair(4096);
  pair.writer.push(message(1, "one"), false);
  pair.writer.begin();
  pair.writer.push(message(2, "two"), false);
  assert(pair.writer.send());
  // It went out with the first one, and is yet to be counted.
  assertEquals(pair.read().length, 2);
  assert(!pair.writer.empty);
  assert(pair.write());
  assert(pair.writer.empty);
});

Deno.test("a body that changes while it waits is refused, or ends the connection", () => {
  const pair = new RecordPair(4096);
  pair.writer.push(message(1, new Uint8Array(4000)), false);
  const first = new Uint8Array(40_000);
  const second = new Uint8Array(50_000);
  const errors: (string | undefined)[] = [];
  const settle = (error?: RpcError): void => void errors.push(error?.code);
  pair.writer.push(message(2, first), false, settle);
  pair.writer.push(message(3, second), false, settle);
  assert(!pair.write());
  // None of it is written.
  structuredClone(first, { transfer: [first.buffer] });
  pair.read();
  assert(!pair.write());
  assertEquals(errors, ["encode-failed"]);
  // A part of it is.
  structuredClone(second, { transfer: [second.buffer] });
  let thrown: unknown;
  try {
    pair.read();
    pair.write();
  } catch (error) {
    thrown = error;
  }
  assert(thrown instanceof RpcError && thrown.fatal);
});

Deno.test("a body that is detached settles at once, and comes whole", () => {
  const pair = new RecordPair(4096);
  const body = new Uint8Array(100_000).fill(1);
  let settled = 0;
  pair.writer.push(message(1, body), true, () => settled++);
  assert(!pair.write());
  const items = pair.read();
  assertEquals(settled, 0);
  pair.writer.detach();
  assertEquals(settled, 1);
  body.fill(2);
  while (!pair.write()) items.push(...pair.read());
  items.push(...pair.read());
  assertEquals(items.length, 1);
  check(items[0]!, message(1, new Uint8Array(100_000).fill(1)));
  assertEquals(settled, 1);
});

Deno.test("what is dropped settles with the error, and nothing is written any more", () => {
  const pair = new RecordPair(4096);
  const errors: unknown[] = [];
  const error = new RpcError("connection-aborted", "gone", { fatal: true });
  pair.writer.push(message(1, new Uint8Array(40_000)), false, (error) => {
    errors.push(error);
  });
  assert(!pair.write());
  pair.writer.drop(error);
  assertEquals(errors, [error]);
});
