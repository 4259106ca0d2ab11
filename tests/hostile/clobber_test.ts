import { assert } from "@std/assert";
import { equals } from "@std/bytes";
import type { PeerHandle } from "../../mod.ts";
import { LINKS, testLink } from "./links.ts";
import { fillBody, numberedBody } from "../support/bodies/numbered_body.ts";

const KIB = 1024;

/** Lengths around every boundary: slabs, buffers of their own, bodies that aren't copied. */
const LENGTHS = [
  ...[0, 1, 17, 100, 1000, 4080, 4096, 8192, 16 * KIB, 65535, 65536, 65537],
  ...[100 * KIB, 256 * KIB - 17, 256 * KIB - 1, 256 * KIB, 256 * KIB + 1],
  ...[300 * KIB, KIB * KIB, 3 * KIB * KIB],
];
const MOST = 4 * KIB * KIB;
const limits = { maxBodyLenRead: MOST, maxBodyLenWrite: MOST };

function bodyOf(number: number): Uint8Array<ArrayBuffer> {
  return numberedBody(number, lengthOf(number));
}

function lengthOf(number: number): number {
  return LENGTHS[number % LENGTHS.length]!;
}

/** Takes so many stream messages and keeps them all. */
async function keep(
  peer: PeerHandle,
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

function check(bodies: readonly Uint8Array[]): void {
  for (const [number, body] of bodies.entries()) {
    assert(
      equals(body, bodyOf(number)),
      `body ${number} of ${lengthOf(number)} bytes was changed`,
    );
  }
}

for (const link of LINKS) {
  testLink(
    link,
    "Delivered bodies are never overwritten later",
    limits,
    async (sender, receiver) => {
      const count = 10 * LENGTHS.length;
      const kept = keep(receiver, count);
      for (let number = 0; number < count; number++) {
        await sender.sendStream(1, bodyOf(number));
      }
      check(await kept);
    },
  );

  testLink(
    link,
    "A body may be changed once its send has resolved, large ones included",
    limits,
    async (sender, receiver) => {
      const count = 5 * LENGTHS.length;
      const kept = keep(receiver, count);
      const buffer = new Uint8Array(MOST);
      for (let number = 0; number < count; number++) {
        const body = buffer.subarray(0, lengthOf(number));
        fillBody(body, number);
        await sender.sendStream(1, body);
        body.fill(0xee);
      }
      check(await kept);
    },
  );

  testLink(
    link,
    "Bodies of many sends at once may each be changed when its own send has resolved",
    limits,
    async (sender, receiver) => {
      const count = 3 * LENGTHS.length;
      const kept = keep(receiver, count);
      await Promise.all(Array.from({ length: count }, async (_, number) => {
        const body = bodyOf(number);
        await sender.sendStream(1, body);
        body.fill(0xee);
      }));
      check(await kept);
    },
  );

  testLink(
    link,
    "A response's body may be the request's, and be changed when it is sent",
    limits,
    async (client, server) => {
      const answering = (async () => {
        for await (const message of server) {
          assert(message.kind === "request");
          await message.request.sendResponse(1, message.body);
          message.body.data.fill(0xee);
        }
      })();
      const responses = await Promise.all(
        LENGTHS.map((_, number) => client.call(1, bodyOf(number))),
      );
      check(responses.map(({ body }) => body.data));
      await client.close();
      await answering;
    },
  );
}
