/** Releases have room of their own: a full ring doesn't keep them back. */
import { assert, assertEquals } from "@std/assert";
import { SharedMemory } from "../../../mod.ts";
import { controlWord } from "../../../transports/shared_ring/ring_layout.ts";
import { isPending, nextStream } from "../../support/expect.ts";
import { ringTest, SIZE } from "../support/raw_rings.ts";
import { Attacker } from "./attacker.ts";
import { LEN } from "./support.ts";

ringTest("a frame is released while the ring back is full", async (scene) => {
  const linked = await scene.linked({ writeQueueBytes: 1, closeTimeout: 1 });
  const [peer, , { there }] = linked;
  const owner = new Attacker(linked);
  const region = scene.use(SharedMemory.create(LEN));
  region.seal();
  owner.announce(0, region.fd);
  owner.frame({ generation: 7 });
  owner.publish();
  const { body } = await nextStream(peer);
  // The other side reads nothing.
  const sends = [1, 2, 3].map(() =>
    peer.sendStream(1, new Uint8Array(SIZE - 64)).catch(() => {})
  );
  const last = sends.at(-1)!;
  assert(await isPending(last));
  const released = (): number =>
    Atomics.load(there.control, controlWord.RELEASED);
  assertEquals(released(), 0);
  body[Symbol.dispose]();
  assertEquals([released(), there.releases[0], there.releases[1]], [1, 0, 7]);
  assert(await isPending(last));
});
