/**
 * Datagrams of random lengths, with and without descriptors, some over a limit, in
 * bursts: what is to come of each does, in order, and bodies stay as they are.
 */
import { assert, assertEquals } from "@std/assert";
import { MessageType, RpcError } from "../../mod.ts";
import {
  datagram,
  nextStream,
  type Scene,
  sceneTest,
} from "../unix_seqpacket/support/scene.ts";
import { rights } from "../unix_seqpacket/support/raw_socket.ts";
import { Prng } from "./prng.ts";

const EAGAIN = 11;
const MAX_FDS = 3;
const BURSTS = 12;
const NO_CONTROL = new Uint8Array();

/** The body and the number of descriptors, or why it was dropped. */
type Outcome = [body: Uint8Array, fds: number] | string;

/** A message, and what is to come of it. */
function randomDatagram(
  limit: number,
  most: number,
  random: Prng,
): { body: Uint8Array<ArrayBuffer>; fds: number; outcome: Outcome } {
  const body = random.bytes(random.int(0, most));
  const fds = random.oneIn(10) ? random.int(1, MAX_FDS + 1) : 0;
  const outcome: Outcome = body.length > limit
    ? `payload-too-large ${body.length}`
    : fds > MAX_FDS
    ? `too-many-fds ${fds}`
    : [body, fds];
  return { body, fds, outcome };
}

async function fuzz(scene: Scene, limit: number, seed: number): Promise<void> {
  const random = new Prng(seed);
  const limits = { maxBodyLenRead: limit, maxFdsRead: MAX_FDS };
  const [peer, raw] = scene.raw(limits);
  const [fd] = scene.numbers(1) as [number];
  const expected: Outcome[] = [];
  const came: Outcome[] = [];
  for (let i = 0; i < BURSTS; i++) {
    const most = Math.min(limit + 20, random.pick([20, 150, 3000, Infinity]));
    for (let left = random.int(1, 90); left > 0; left--) {
      const { body, fds, outcome } = randomDatagram(limit, most, random);
      const errno = raw.trySend(
        datagram(MessageType.Stream, 0, 1, body),
        fds === 0 ? NO_CONTROL : rights(Array<number>(fds).fill(fd)),
      );
      if (errno === EAGAIN) break;
      assertEquals(errno, 0);
      expected.push(outcome);
    }
    while (came.length < expected.length) {
      try {
        using body = (await nextStream(peer)).body;
        came.push([body.data, body.fds.length]);
      } catch (error) {
        assert(error instanceof RpcError, `${error}`);
        came.push(`${error.code} ${error.actual}`);
      }
    }
  }
  assertEquals(came, expected);
}

for (const limit of [0, 5, 128, 2048, 4096, 100_000]) {
  for (const seed of [1, 2]) {
    sceneTest(
      `Bursts of datagrams arrive, bodies of at most ${limit} bytes (seed ${seed})`,
      (scene) => fuzz(scene, limit, seed),
    );
  }
}
