/** Bodies: what is accepted, and to whom the bytes belong. */
import { assert, assertEquals } from "@std/assert";
import { equals } from "@std/bytes";
import { type BodyInput, StreamBody } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextStream } from "../../support/expect.ts";

const MIB = 1024 * 1024;
const LARGE = 4 * MIB;

function pattern(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + seed * 17) >> 3;
  return bytes;
}

conformance("every kind of body is accepted", async (scene) => {
  const [left, right] = await scene.pair();
  const bytes = new TextEncoder().encode("Grüße");
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const bodies: BodyInput[] = [
    "Grüße",
    bytes,
    bytes.buffer,
    new DataView(bytes.buffer),
    new StreamBody("Grüße"),
    { data: "Grüße" },
    { data: bytes },
    shared,
    new Uint8Array([0, ...bytes, 0]).subarray(1, -1),
  ];
  for (const body of bodies) {
    await left.sendStream(1, body);
    assertEquals((await nextStream(right)).text(), "Grüße");
  }
  await left.sendStream(1, new Uint16Array([0x4241, 0x4443]));
  assertEquals((await nextStream(right)).body.data.length, 4);
  await left.sendStream(1, "");
  assertEquals((await nextStream(right)).body.data.length, 0);
  await left.sendStream(1, '{"a": [1]}');
  assertEquals((await nextStream(right)).json(), { a: [1] });
});

conformance("a received body can be sent on", async (scene) => {
  const [left, right] = await scene.pair();
  await left.sendStream(1, "there and back");
  await right.sendStream(1, (await nextStream(right)).body);
  assertEquals((await nextStream(left)).text(), "there and back");
});

for (const length of [100, 8192, 100_000, 200_000, 300_000, MIB]) {
  conformance(
    `a body of ${length} bytes may be changed once its send has resolved`,
    async (scene) => {
      const [left, right] = await scene.pair(scene.limits(LARGE));
      const body = pattern(length, 1);
      const expected = body.slice();
      const rounds = 4;
      const received = (async () => {
        const bodies = [];
        for (let i = 0; i < rounds; i++) bodies.push(await nextStream(right));
        return bodies;
      })();
      for (let i = 0; i < rounds; i++) {
        body.set(expected);
        await left.sendStream(i, body);
        body.fill(0xee);
      }
      for (const { body } of await received) {
        assert(equals(body.data, expected), "a body was changed on its way");
      }
    },
    ({ maxBodyLen }) => maxBodyLen >= length,
  );
}

conformance(
  "a body may be changed before the other side has read it",
  async (scene) => {
    const { maxBodyLen } = scene.transport;
    for (const length of [1000, Math.min(300_000, maxBodyLen)]) {
      const [peer, raw] = await scene.raw(scene.limits(LARGE));
      const body = pattern(length, 1);
      const expected = body.slice();
      const sent = peer.sendStream(1, body).then(() => body.fill(0xee));
      // Where the transport takes it without a reader, it is changed now.
      await scene.pace();
      const received = await raw.recv();
      assert(received !== null && equals(received.body.data, expected));
      await sent;
    }
  },
);

conformance(
  "delivered bodies are never overwritten later",
  async (scene) => {
    const [left, right] = await scene.pair(scene.limits(LARGE));
    const { maxBodyLen } = scene.transport;
    const lengths = [0, 1, 100, 5000, 70_000, 3, 300_000, 12, 900_000, 40]
      .map((length) => Math.min(length, maxBodyLen));
    const rounds = 12;
    const bodies: [Uint8Array, Uint8Array][] = [];
    const receiving = (async () => {
      for (let i = 0; i < rounds * lengths.length; i++) {
        const { header, body } = await nextStream(right);
        bodies.push([body.data, pattern(body.data.length, header.serviceId)]);
      }
    })();
    for (let i = 0; i < rounds; i++) {
      await Promise.all(
        lengths.map((length, j) => {
          const seed = i * lengths.length + j;
          return left.sendStream(seed, pattern(length, seed));
        }),
      );
    }
    await receiving;
    for (const [data, expected] of bodies) assert(equals(data, expected));
  },
);
