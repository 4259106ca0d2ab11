/** Bodies of random bytes: each request is answered, and the connection lives on. */
import { assert, assertEquals } from "@std/assert";
import { cbor } from "../../../interface/formats/cbor.ts";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import { defineInterface, json } from "../../../interface/mod.ts";
import { inMemory } from "../../../interface/testing.ts";
import { Prng } from "../../fuzz/prng.ts";
import { z } from "../support/schemas.ts";

const ROUNDS = 500;

const SHAPE = z.object({ frames: z.number(), tags: z.array(z.string()) });
const VALUE = { frames: 3, tags: ["left", "right"] };

for (const format of [json, msgpack, cbor]) {
  Deno.test(`${format.name}: random and damaged bodies do no harm`, async () => {
    const Fuzzed = defineInterface({
      name: "Fuzzed",
      format,
      services: {
        echo: {
          id: 1,
          request: SHAPE,
          response: SHAPE,
          requestUpdates: { more: { id: 1, body: SHAPE } },
        },
      },
      streams: { note: { id: 1, body: SHAPE } },
    });
    let reported = 0;
    let valid = 0;
    await using test = inMemory(Fuzzed, {
      echo: async (value, request) => {
        for await (const { body } of request.updates()) {
          assertEquals(SHAPE.parse(body), body);
        }
        return value;
      },
      note: (value) => {
        assertEquals(SHAPE.parse(value), value);
        valid++;
      },
    }, { onError: () => reported++ });
    const prng = new Prng(0xfee1);
    const encoded = format.encode(VALUE);
    const good = typeof encoded === "string"
      ? new TextEncoder().encode(encoded)
      : encoded as Uint8Array<ArrayBuffer>;
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = damaged(prng, good);
      await test.peer.sendStream(1, bytes);
      const request = await test.peer.sendRequest(1, good);
      // Random ids, too: 1 and 2 are there to be met.
      await request.sendUpdate(prng.int(0, 2), bytes);
      await request.sendUpdate(99, "");
      assert((await request.recvResponse()).isError);
    }
    assert(reported >= ROUNDS, `${reported} reported`);
    assert(valid < ROUNDS, `${valid} valid`);
    assertEquals(test.server.stats().openReceivedRequests, 0);
    assertEquals(test.peer.stats().openSentRequests, 0);
  });
}

/** A body that was good, with some bytes changed, cut off or put in front; or noise. */
function damaged(
  prng: Prng,
  good: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  if (prng.oneIn(4)) return prng.bytes(prng.int(0, 40));
  const bytes = good.slice(0, prng.int(1, good.length));
  for (let changes = prng.int(0, 3); changes > 0; changes--) {
    bytes[prng.int(0, bytes.length - 1)] = prng.int(0, 255);
  }
  return bytes;
}
