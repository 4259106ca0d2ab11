/**
 * Two ends over a wire that delivers when it likes, both of which send and read when
 * they like: nothing is lost or changed, no limit is passed, and nothing stops.
 */
import { sized } from "../support/suite/long.ts";
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { equals } from "@std/bytes";
import { Peer } from "../../mod.ts";
import { FramedTransport } from "../../transports/framed/framed_transport.ts";
import { Prng } from "../fuzz/prng.ts";
import { turns } from "../support/scripted_turn.ts";
import { type Side, side, type TestCarrier, Wire } from "./support.ts";

const KIB = 1024;

class TestTransport extends FramedTransport<null> {
  constructor({ io }: Side) {
    const most = 600 * KIB;
    super(io, null, { maxBodyLenRead: most, maxBodyLenWrite: most });
  }
}

/** The cost of the data packets that wait to be delivered. */
function waiting({ sent }: TestCarrier): number {
  let cost = 0;
  for (const packet of sent) {
    if (packet.kind === "data") cost += packet.bytes.length + 64;
  }
  return cost;
}

/** A body of a random length, mostly short; some are given away. */
function bodyOf(
  prng: Prng,
): { data: Uint8Array<ArrayBuffer>; transfer: boolean } {
  const length = prng.oneIn(6)
    ? prng.int(200 * KIB, 600 * KIB)
    : prng.int(0, 3 * KIB);
  return { data: prng.bytes(length), transfer: prng.oneIn(2) };
}

for (let seed = 1; seed <= sized(4, 10); seed++) {
  Deno.test(`all arrives, whatever the order of events (seed ${seed})`, async () => {
    const prng = new Prng(seed);
    const windows = [0, 1].map(() => prng.int(64, 300) * KIB);
    const sides = windows.map((windowBytes) =>
      side({ windowBytes, maxDataLen: prng.int(1, 100) * KIB })
    );
    const [left, right] = sides as [Side, Side];
    const wires = [
      new Wire(left.carrier, right.carrier),
      new Wire(right.carrier, left.carrier),
    ];
    const peers = sides.map((end) => Peer.spawn(new TestTransport(end)));
    const rounds = 60;
    const outcomes = peers.map(async (peer, i) => {
      const own = new Prng(seed * 1000 + i);
      const expected = new Prng(seed * 1000 + 1 - i);
      const sending = (async () => {
        for (let n = 0; n < rounds; n++) await peer.sendStream(n, bodyOf(own));
      })();
      for (let n = 0; n < rounds; n++) {
        const message = await peer.recvMessage();
        assert(message?.kind === "stream");
        const { body, header } = message.message;
        assertEquals(header.serviceId, n);
        assert(equals(body.data, bodyOf(expected).data), `body ${n} differs`);
        if (prng.oneIn(8)) await turns(prng.int(1, 4));
      }
      await sending;
    });
    const over = { is: false };
    const all = Promise.all(outcomes).finally(() => over.is = true);
    // Where both have nothing to deliver for long, they have stopped.
    for (let idle = 0; !over.is && idle < 200; idle++) {
      for (let n = prng.int(0, 20); n > 0; n--) {
        if (prng.pick(wires).deliver()) idle = 0;
      }
      for (const [i, { carrier }] of sides.entries()) {
        // Beyond the window there is at most one packet, and the longest is given away.
        assertLessOrEqual(waiting(carrier), windows[1 - i]! + 600 * KIB + 64);
      }
      await turns();
    }
    assert(over.is, "it has stopped");
    await all;
    const closing = Promise.all(peers.map((peer) => peer.close()));
    const closed = { is: false };
    closing.finally(() => closed.is = true);
    while (!closed.is) {
      for (const wire of wires) wire.deliver();
      await turns();
    }
    for (const peer of peers) {
      assertEquals(await peer.closed, null);
    }
  });
}
