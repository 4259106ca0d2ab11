import { assertEquals } from "@std/assert";
import { SharedMemory, SharedMemoryPool } from "../../../mod.ts";
import { datagramKind } from "../../../transports/shared_ring/hello.ts";
import { recordType } from "../../../transports/shared_ring/record.ts";
import { until } from "../../unix_seqpacket/leaks/case.ts";
import type { UnixPeer } from "../../unix_seqpacket/support/scene.ts";
import { type RingScene, words } from "../support/raw_rings.ts";
import { Attacker } from "./attacker.ts";
import { LEN } from "./support.ts";

type FrameCase = (scene: RingScene) => Promise<void>;

/** Sends a frame, of a pool of its own. */
async function send(peer: UnixPeer, byte = 1): Promise<void> {
  using pool = new SharedMemoryPool(null);
  using lease = pool.lend(LEN);
  lease.bytes.fill(byte);
  await peer.sendStream(1, lease);
}

/** What must leave no descriptor and no mapping. */
export const FRAME_CASES: Record<string, FrameCase> = {
  async "frames of many regions, of which all are released"(scene) {
    const [left, right] = scene.pair();
    for (let i = 0; i < 100; i++) {
      // Its pool ends first, so that the region is forgotten then.
      await send(left, i);
      const message = await right.recvMessage();
      if (message?.kind === "stream") message.message.body[Symbol.dispose]();
    }
    await until(() => mappings() <= 1);
  },
  async "frames that nobody takes"(scene) {
    const [left, right] = scene.pair();
    for (let i = 0; i < 10; i++) await send(left);
    await left.ping();
    await right.close();
  },
  async "frames of a connection that has ended"(scene) {
    const [left, right] = scene.pair();
    const bodies: Disposable[] = [];
    for (let i = 0; i < 3; i++) {
      await send(left);
      const message = await right.recvMessage();
      if (message?.kind === "stream") bodies.push(message.message.body);
    }
    await left.close();
    await right.close();
    for (const body of bodies) body[Symbol.dispose]();
  },
  async "frames that wait when the connection ends"(scene) {
    const [left] = scene.pair({ maxBodyLenWrite: 2 ** 30 });
    using pool = new SharedMemoryPool(null);
    using lease = pool.lend(LEN);
    const sends = Promise.allSettled([
      left.sendStream(1, new Uint8Array(2 ** 21)),
      left.sendStream(1, lease),
    ]);
    await left.close();
    await sends;
    lease.release();
    assertEquals(pool.stats().lent, 0);
  },
  async "frames that are dropped for newer ones"(scene) {
    const [left, right] = scene.pair();
    using subscription = right.subscribe(1, { keep: "latest" });
    for (let i = 0; i < 10; i++) await send(left, i);
    await left.ping();
    const { value } = await subscription.next();
    value![Symbol.dispose]();
  },
  async "a region that is announced again and again"(scene) {
    const attacker = new Attacker(await scene.linked());
    using memory = SharedMemory.create(LEN);
    memory.seal();
    for (let i = 0; i < 40; i++) {
      attacker.announce(i % 3, memory.fd);
      attacker.publish();
      const { control } = attacker.memory.there;
      await until(() => control[32] === control[0]);
    }
    attacker.raw.close();
    assertEquals(await attacker.peer.recvMessage(), null);
  },
  async "a region whose record never comes"(scene) {
    const attacker = new Attacker(await scene.linked());
    using memory = SharedMemory.create(LEN);
    memory.seal();
    attacker.raw.send(words(datagramKind.DESCRIPTORS, 1), [memory.fd.fd]);
    attacker.raw.close();
    assertEquals(await attacker.peer.recvMessage(), null);
  },
  async "a region that is refused"(scene) {
    const attacker = new Attacker(await scene.linked());
    attacker.raw.send(words(datagramKind.DESCRIPTORS, 1), scene.numbers(1));
    attacker.memory.write(recordType.REGION, 0);
    attacker.publish();
    await attacker.peer.closed;
  },
  async "a violation with frames in use"(scene) {
    const attacker = new Attacker(await scene.linked());
    using memory = SharedMemory.create(LEN);
    memory.seal();
    attacker.announce(0, memory.fd);
    attacker.frame();
    attacker.publish();
    const message = await attacker.peer.recvMessage();
    attacker.frame({ region: 9 });
    attacker.publish();
    await attacker.peer.closed;
    if (message?.kind === "stream") message.message.body[Symbol.dispose]();
  },
};

/** How many mappings of pools' regions this process has. */
export function mappings(): number {
  return Deno.readTextFileSync("/proc/self/maps").split("memfd:fizyr-rpc-pool")
    .length - 1;
}
