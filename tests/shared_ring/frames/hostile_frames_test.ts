/**
 * What the other side says of frames is false: the connection ends with an error, and
 * nothing is read outside of a region, or lent again that it has.
 */
import { assert, assertEquals } from "@std/assert";
import {
  RpcError,
  SharedMemory,
  SharedMemoryPool,
  type UnixBody,
} from "../../../mod.ts";
import { tick } from "../../../internal/event_loop.ts";
import { reservedId } from "../../../protocol/service_id.ts";
import { datagramKind } from "../../../transports/shared_ring/hello.ts";
import { copyOut, recordType } from "../../../transports/shared_ring/record.ts";
import { controlWord } from "../../../transports/shared_ring/ring_layout.ts";
import { Prng } from "../../fuzz/prng.ts";
import { memfd } from "../../shared_memory/support.ts";
import { sized } from "../../support/suite/long.ts";
import { rights } from "../../unix_seqpacket/support/raw_socket.ts";
import { type RingScene, ringTest, words } from "../support/raw_rings.ts";
import { Attacker } from "./attacker.ts";
import { until } from "../../unix_seqpacket/leaks/case.ts";
import { LEN, soon } from "./support.ts";

function region(scene: RingScene, size = LEN): SharedMemory {
  const memory = scene.use(SharedMemory.create(size));
  memory.seal();
  return memory;
}

type Attack = (attacker: Attacker, scene: RingScene) => void;

const BAD: readonly [name: string, attack: Attack, code?: string][] = [
  ["a region that wasn't announced", (a) => a.frame()],
  ["a number beyond all", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.frame({ region: 64 });
  }],
  ["a wild number", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.frame({ region: 0xffff_ffff });
  }],
  ["announcing a number beyond all", (a, scene) => {
    a.announce(64, region(scene).fd);
  }],
  ["announcing without a descriptor", (a) => {
    a.memory.write(recordType.REGION, 0);
  }],
  ["announcing by two descriptors", (a, scene) => {
    a.raw.send(words(datagramKind.DESCRIPTORS, 2), scene.numbers(2));
    a.memory.write(recordType.REGION, 0);
  }],
  ["a region that can be shrunk", (a, scene) => {
    a.announce(0, scene.use(SharedMemory.create(LEN)).fd);
  }],
  ["a region that is no memory", (a, scene) => {
    a.raw.send(words(datagramKind.DESCRIPTORS, 1), scene.numbers(1));
    a.memory.write(recordType.REGION, 0);
  }],
  ["an empty region", (a, scene) => {
    a.announce(0, scene.use(memfd({ size: 0 })));
  }],
  ["a region over maxSize", (a, scene) => {
    scene.use(new SharedMemoryPool(a.peer, { maxSize: LEN }));
    a.announce(0, region(scene, 2 * LEN).fd);
  }],
  ["a frame beyond the end", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.frame({ offset: 1 });
  }],
  ["a frame that begins beyond the end", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.frame({ offset: 2 ** 52, length: 1 });
  }],
  ["a length beyond all", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.frame({ length: 2 ** 63 });
  }],
  ["offset and length that wrap together", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.frame({ offset: 2 ** 63, length: 2 ** 63 });
  }],
  ["a length of 0", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.frame({ length: 0 });
  }],
  ["another generation before the release", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.frame({ generation: 7 });
    a.frame({ generation: 8 });
  }],
  ["more frames than may be unreleased", (a, scene) => {
    a.announce(0, region(scene).fd);
    for (let i = 0; i <= 64; i++) a.frame();
  }],
  ["forgetting what it hasn't announced", (a) => {
    a.memory.write(recordType.FORGET, 3);
  }],
  ["a frame of a region that is forgotten", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.memory.write(recordType.FORGET, 0);
    a.frame();
  }],
  ["an unknown type of message", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.frame({ type: 5 });
  }, "invalid-message-type"],
  ["a message of the library's own", (a, scene) => {
    a.announce(0, region(scene).fd);
    a.frame({}, reservedId.METADATA);
  }],
  ["a reference that is too short", (a) => {
    a.memory.write(recordType.FRAME, 0, new Uint8Array(16));
  }, "invalid-message-type"],
  ["descriptors with a frame", (a, scene) => {
    a.raw.send(words(datagramKind.DESCRIPTORS, 1), scene.numbers(1));
    a.memory.write(recordType.DESCRIPTORS, 1);
    a.frame();
  }, "invalid-message-type"],
  ["a release of nothing", (a) => a.release(0, 0)],
];

for (const [name, attack, code = "invalid-shared-memory"] of BAD) {
  ringTest(`${name} ends the connection with ${code}`, async (scene) => {
    const attacker = new Attacker(
      await scene.linked({ maxInboxBytes: 2 ** 40 }),
    );
    attack(attacker, scene);
    attacker.publish();
    await attacker.ends(code);
  });
}

/** A peer that has sent two frames of one region, and the pool that it is of. */
async function owning(
  scene: RingScene,
): Promise<[Attacker, SharedMemoryPool, generation: number]> {
  const attacker = new Attacker(await scene.linked());
  const { peer, memory } = attacker;
  const pool = scene.use(new SharedMemoryPool(null));
  // Not the first lending, so that there is an older generation.
  pool.lend(LEN).release();
  {
    using lease = pool.lend(LEN);
    for (let i = 0; i < 2; i++) await peer.sendStream(1, lease);
  }
  // The region, and two references.
  const written = 16 + 2 * 48;
  await until(() => memory.reader.available() === written);
  const reference = new Uint8Array(32);
  copyOut(memory.back, 16 + 16, reference);
  const generation = new DataView(reference.buffer).getUint32(8, true);
  assertEquals(generation, 1);
  return [attacker, pool, generation];
}

const BAD_RELEASES: readonly [
  name: string,
  release: (attacker: Attacker, generation: number) => void,
][] = [
  ["of an older generation", (a, g) => a.release(0, g - 1)],
  ["of a generation to come", (a, g) => a.release(0, g + 1)],
  ["of another region", (a, g) => a.release(1, g)],
  ["of a wild region", (a, g) => a.release(0x7fff_ffff, g)],
  ["three times for two frames", (a, g) => a.release(0, g, 3)],
  ["sixty-four times", (a, g) => a.release(0, g, 64)],
  ["a thousand million times", (a) => {
    Atomics.store(a.memory.back.control, controlWord.RELEASED, 1e9);
    a.raw.trySend(words(datagramKind.WAKE));
  }],
  ["less than no time", (a) => {
    Atomics.store(a.memory.back.control, controlWord.RELEASED, -1);
    a.raw.trySend(words(datagramKind.WAKE));
  }],
];

for (const [name, release] of BAD_RELEASES) {
  ringTest(`a release ${name} ends the connection`, async (scene) => {
    const [attacker, pool, generation] = await owning(scene);
    assertEquals(pool.stats().lent, 1);
    release(attacker, generation);
    await attacker.ends("invalid-shared-memory");
    // With the receiver its counts go, as always.
    assertEquals(pool.stats().lent, 0);
  });
}

ringTest("releases count once each, and in any order", async (scene) => {
  const [attacker, pool, generation] = await owning(scene);
  attacker.release(0, generation);
  assertEquals(pool.stats().lent, 1);
  attacker.release(0, generation);
  assertEquals(pool.stats().lent, 0);
  // And no more than that.
  attacker.release(0, generation);
  await attacker.ends("invalid-shared-memory");
});

ringTest("a frame of any part of a region is a view of it", async (scene) => {
  const attacker = new Attacker(await scene.linked());
  const memory = region(scene, 3 * LEN);
  for (let i = 0; i < memory.size; i++) memory.bytes[i] = i % 251;
  attacker.announce(63, memory.fd);
  for (const [offset, length] of [[0, 1], [5, 7], [3 * LEN - 1, 1]] as const) {
    attacker.frame({ region: 63, generation: 0xffff_ffff, offset, length });
    attacker.publish();
    const received = await soon(attacker.peer.recvMessage());
    assert(received?.kind === "stream");
    const { body } = received.message;
    assertEquals([body.data.length, body.data[0]], [length, offset % 251]);
    body[Symbol.dispose]();
  }
  const { releases, control } = attacker.memory.there;
  assertEquals(control[controlWord.RELEASED], 3);
  assertEquals([...releases.subarray(0, 2)], [63, 0xffff_ffff]);
});

ringTest("words at random are refused or harmless", async (scene) => {
  for (let seed = 1; seed <= sized(8, 25); seed++) {
    const prng = new Prng(seed);
    const attacker = new Attacker(
      await scene.linked({ onError: () => {}, maxInboxBytes: 2 ** 40 }),
    );
    const memory = region(scene);
    const kept: UnixBody[] = [];
    const reading = (async () => {
      for await (const message of attacker.peer) {
        if (message.kind !== "stream") continue;
        const { body } = message.message;
        assert(body.data.length <= LEN);
        body.text();
        if (prng.oneIn(2)) body[Symbol.dispose]();
        else kept.push(body);
      }
    })().catch((error) => assert(error instanceof RpcError, String(error)));
    const word = (most: number): number =>
      prng.oneIn(30) ? prng.uint32() : prng.int(0, most);
    for (let i = 0; i < 40; i++) {
      switch (prng.int(0, 5)) {
        case 0:
          attacker.raw.trySend(
            words(datagramKind.DESCRIPTORS, 1),
            rights([memory.fd.fd]),
          );
          attacker.memory.write(recordType.REGION, word(4));
          break;
        case 1:
          attacker.memory.write(recordType.FORGET, word(4));
          break;
        default:
          attacker.frame({
            region: word(4),
            generation: word(2),
            offset: word(LEN / 2),
            length: word(LEN / 2),
          });
      }
      attacker.publish();
      // The ring is small: the peer has to get on.
      await tick();
      if (attacker.memory.writer.room(200) < 200) break;
    }
    attacker.raw.close();
    await soon(reading);
    await attacker.peer.close();
    for (const body of kept) body[Symbol.dispose]();
  }
});
