/** Descriptors that are ready turn after turn: nobody is forgotten for them. */
import { assert, assertEquals } from "@std/assert";
import { EPOLLIN, EPOLLOUT } from "../../transports/libc/constants.ts";
import { sceneTest } from "../unix_seqpacket/support/scene.ts";
import { type Probe, probes } from "./support/probe.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";

/** Turns in a row, after which one counts as busy. */
const BUSY = 50;

/** Makes probes ready for good, and waits until all have been told often. */
async function makeBusy(all: readonly Probe[]): Promise<void> {
  for (const probe of all) {
    probe.want();
    probe.send();
  }
  for (let i = 0; i < BUSY; i++) {
    await Promise.all(all.map((probe) => probe.next()));
  }
}

for (const count of [1, 8, 20]) {
  sceneTest(
    `Beside ${count} that are always ready another one is told soon`,
    async (scene) => {
      const [other, ...busy] = probes(scene, count + 1) as [Probe, ...Probe[]];
      await makeBusy(busy);
      other.want();
      const before = busy[0]!.told.length;
      const next = other.next();
      other.send();
      await next;
      const turns = busy[0]!.told.length - before;
      assert(turns <= 16, `${turns} turns have passed`);
      // All of the busy ones go on.
      await Promise.all(busy.map((probe) => probe.next()));
    },
  );
}

sceneTest(
  "A busy one that falls silent is told of what comes later",
  async (scene) => {
    const [probe] = probes(scene, 1) as [Probe];
    await makeBusy([probe]);
    for (let round = 0; round < 3; round++) {
      probe.take();
      const { length } = probe.told;
      // Long enough for the reactor to sleep.
      await eventLoopTurns(2_000);
      assertEquals(probe.told.length, length);
      const next = probe.next();
      probe.send();
      await next;
      for (let i = 0; i < BUSY; i++) await probe.next();
    }
  },
);

sceneTest(
  "A busy one that drops what it wanted is told nothing more",
  async (scene) => {
    const [probe, other] = probes(scene, 2) as [Probe, Probe];
    await makeBusy([probe, other]);
    probe.reactor.drop(probe.fd, EPOLLIN);
    const { length } = probe.told;
    for (let i = 0; i < BUSY; i++) await other.next();
    assertEquals(probe.told.length, length);
    probe.want();
    await probe.next();
  },
);

sceneTest(
  "A busy one that wants to write too is told of both",
  async (scene) => {
    const [probe] = probes(scene, 1) as [Probe];
    await makeBusy([probe]);
    probe.want(EPOLLIN | EPOLLOUT);
    const { length } = probe.told;
    while (!(probe.told.at(-1)! & EPOLLOUT)) {
      await probe.next();
      assert(probe.told.length < length + 16, "it isn't told of EPOLLOUT");
    }
  },
);

sceneTest("A busy one that is closed is told nothing more", async (scene) => {
  const [probe, other] = probes(scene, 2) as [Probe, Probe];
  await makeBusy([probe, other]);
  await probe.close();
  const { length } = probe.told;
  for (let i = 0; i < BUSY; i++) await other.next();
  assertEquals(probe.told.length, length);
});

sceneTest(
  "A busy one may close itself, another or all in its callback",
  async (scene) => {
    for (const count of [1, 2, 12]) {
      const all = probes(scene, count);
      await makeBusy(all);
      const closing: Promise<void>[] = [];
      all[0]!.react = () => {
        for (const probe of all) closing.push(probe.close());
      };
      await all[0]!.next();
      const told = all.map((probe) => probe.told.length);
      await Promise.all(closing);
      await eventLoopTurns(100);
      assertEquals(all.map((probe) => probe.told.length), told);
    }
  },
);

sceneTest(
  "One that takes the number of a closed busy one is told of its own",
  async (scene) => {
    const [probe, other] = probes(scene, 2) as [Probe, Probe];
    await makeBusy([probe, other]);
    const { length } = probe.told;
    const young = probe.replace();
    assertEquals(young.fd, probe.fd);
    young.want();
    for (let i = 0; i < BUSY; i++) await other.next();
    assertEquals(young.told, []);
    young.send();
    for (let i = 0; i < BUSY; i++) await young.next();
    // And the old one isn't asked about descriptors that it no longer has.
    assertEquals([probe.told.length, probe.failures], [length, []]);
  },
);
