import { assert } from "@std/assert";
import { equals } from "@std/bytes";
import { fillBody, numberedBody } from "../support/bodies/numbered_body.ts";
import { conformance } from "../support/conformance.ts";
import type { Scene, TestPeer } from "../support/scene.ts";
import { sized } from "../support/suite/long.ts";

const KIB = 1024;

/** Lengths around every boundary: slabs, buffers of their own, bodies that aren't copied. */
const LENGTHS = [
  ...[0, 1, 17, 100, 1000, 4080, 4096, 8192, 16 * KIB, 65535, 65536, 65537],
  ...[100 * KIB, 256 * KIB - 17, 256 * KIB - 1, 256 * KIB, 256 * KIB + 1],
  ...[300 * KIB, KIB * KIB, 3 * KIB * KIB],
];
const MOST = 4 * KIB * KIB;

/** Two peers, and bodies of the lengths that their transport carries. */
class Bodies {
  readonly #lengths: readonly number[];
  readonly #scene: Scene;

  constructor(scene: Scene) {
    const { maxBodyLen } = scene.transport;
    this.#lengths = LENGTHS.filter((length) => length <= maxBodyLen);
    this.#scene = scene;
  }

  pair(): Promise<[TestPeer, TestPeer]> {
    return this.#scene.pair(this.#scene.limits(MOST));
  }

  /** How many bodies there are, if each length comes so many times. */
  count(times: number): number {
    return times * this.#lengths.length;
  }

  lengthOf(number: number): number {
    return this.#lengths[number % this.#lengths.length]!;
  }

  body(number: number): Uint8Array<ArrayBuffer> {
    return numberedBody(number, this.lengthOf(number));
  }

  /** Fails unless each body is still that of its number. */
  check(bodies: { entries(): Iterable<[number, Uint8Array]> }): void {
    for (const [number, body] of bodies.entries()) {
      assert(
        equals(body, this.body(number)),
        `body ${number} of ${this.lengthOf(number)} bytes was changed`,
      );
    }
  }
}

/** Takes so many stream messages and keeps them all. */
async function keep(
  peer: TestPeer,
  count: number,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const bodies: Uint8Array<ArrayBuffer>[] = [];
  for await (const message of peer) {
    assert(message.kind === "stream");
    bodies.push(message.message.body.data);
    if (bodies.length === count) break;
  }
  return bodies;
}

function clobber(
  name: string,
  fn: (bodies: Bodies) => Promise<void>,
): void {
  conformance(name, (scene) => fn(new Bodies(scene)));
}

clobber("Delivered bodies are never overwritten later", async (bodies) => {
  const [sender, receiver] = await bodies.pair();
  const count = bodies.count(sized(4, 10));
  const kept = keep(receiver, count);
  for (let number = 0; number < count; number++) {
    await sender.sendStream(1, bodies.body(number));
  }
  bodies.check(await kept);
});

clobber(
  "Bodies that are kept aren't overwritten by what comes after others were disposed",
  async (bodies) => {
    const [sender, receiver] = await bodies.pair();
    const count = bodies.count(sized(4, 10));
    const kept = new Map<number, Uint8Array>();
    const taking = (async () => {
      for (let number = 0; number < count; number++) {
        const message = await receiver.recvMessage();
        assert(message?.kind === "stream");
        const { body } = message.message;
        // Of each length some are kept: 3 divides no number of lengths.
        if (number % 3 === 0) kept.set(number, body.data);
        else body[Symbol.dispose]();
      }
    })();
    for (let number = 0; number < count; number++) {
      await sender.sendStream(1, bodies.body(number));
    }
    await taking;
    bodies.check(kept);
  },
);

clobber(
  "A body may be changed once its send has resolved, large ones included",
  async (bodies) => {
    const [sender, receiver] = await bodies.pair();
    const count = bodies.count(sized(2, 5));
    const kept = keep(receiver, count);
    const buffer = new Uint8Array(MOST);
    for (let number = 0; number < count; number++) {
      const body = buffer.subarray(0, bodies.lengthOf(number));
      fillBody(body, number);
      await sender.sendStream(1, body);
      body.fill(0xee);
    }
    bodies.check(await kept);
  },
);

clobber(
  "Bodies of many sends at once may each be changed when its own send has resolved",
  async (bodies) => {
    const [sender, receiver] = await bodies.pair();
    const count = bodies.count(sized(2, 3));
    const kept = keep(receiver, count);
    await Promise.all(Array.from({ length: count }, async (_, number) => {
      const body = bodies.body(number);
      await sender.sendStream(1, body);
      body.fill(0xee);
    }));
    bodies.check(await kept);
  },
);

clobber(
  "A response's body may be the request's, and be changed when it is sent",
  async (bodies) => {
    const [client, server] = await bodies.pair();
    const answering = (async () => {
      for await (const message of server) {
        assert(message.kind === "request");
        await message.request.sendResponse(1, message.body);
        message.body.data.fill(0xee);
      }
    })();
    const responses = await Promise.all(
      Array.from(
        { length: bodies.count(1) },
        (_, number) => client.call(1, bodies.body(number)),
      ),
    );
    bodies.check(responses.map(({ body }) => body.data));
    await client.close();
    await answering;
  },
);
