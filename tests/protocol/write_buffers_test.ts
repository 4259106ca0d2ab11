/** Buffers that are written again, by any connection of the thread. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { WriteBuffers, writeBuffers } from "../../protocol/write_buffers.ts";
import { encoderOf, frameOf, messageOf } from "./support.ts";

const KIB = 1024;

Deno.test("A buffer that was given back is given out again, once, and for its length only", () => {
  const buffers = new WriteBuffers();
  const first = buffers.take(4 * KIB);
  assertEquals(first.length, 4 * KIB);
  buffers.give(first);
  assertEquals(buffers.take(16 * KIB).length, 16 * KIB);
  assertStrictEquals(buffers.take(4 * KIB), first);
  assert(buffers.take(4 * KIB) !== first);
});

Deno.test("At most 512 KiB of buffers of one length are kept", () => {
  const buffers = new WriteBuffers();
  const all = Array.from({ length: 40 }, () => buffers.take(64 * KIB));
  for (const buffer of all) buffers.give(buffer);
  const again = all.map(() => buffers.take(64 * KIB));
  assertEquals(again.filter((buffer) => all.includes(buffer)).length, 8);
});

Deno.test("A buffer goes from one encoder to another, and carries nothing along", () => {
  const [one, two] = [encoderOf(), encoderOf()];
  one.push(messageOf(0, 1, 1, "a secret that is rather long"));
  const { buffer } = one.take()[0]!;
  writeBuffers.give(buffer!);
  const message = messageOf(0, 2, 2, "short");
  two.push(message);
  const [chunk] = two.take();
  assertStrictEquals(chunk!.buffer, buffer);
  assertEquals(chunk!.bytes, frameOf(message));
});
