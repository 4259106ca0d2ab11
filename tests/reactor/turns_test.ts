/** What happens within one turn: who is told, who isn't any more. */
import { assert, assertEquals } from "@std/assert";
import {
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
} from "../../transports/libc/constants.ts";
import { nextStream, sceneTest } from "../unix_seqpacket/support/scene.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";
import { type Probe, probes } from "./support/probe.ts";

sceneTest(
  "One that is still ready is told again in the next turn",
  async (scene) => {
    const [probe] = probes(scene, 1) as [Probe];
    probe.want();
    probe.send();
    for (let i = 0; i < 3; i++) await probe.next();
    assertEquals(probe.told.slice(0, 3), [EPOLLIN, EPOLLIN, EPOLLIN]);
  },
);

sceneTest(
  "One that has dropped what it wanted is told nothing more",
  async (scene) => {
    const [probe, other] = probes(scene, 2) as [Probe, Probe];
    probe.want();
    probe.send();
    await probe.next();
    probe.reactor.drop(probe.fd, EPOLLIN);
    const { length } = probe.told;
    other.want();
    other.send();
    for (let i = 0; i < 10; i++) await other.next();
    assertEquals(probe.told.length, length);
    probe.want();
    await probe.next();
    assertEquals(probe.told.length, length + 1);
  },
);

sceneTest("Dropping one thing leaves the other", async (scene) => {
  const [probe] = probes(scene, 1) as [Probe];
  probe.send();
  probe.want(EPOLLIN | EPOLLOUT);
  await probe.next();
  probe.reactor.drop(probe.fd, EPOLLOUT);
  probe.told.length = 0;
  await probe.next();
  assertEquals(probe.told, [EPOLLIN]);
});

sceneTest(
  "One that wants nothing isn't told of the end, on and on",
  async (scene) => {
    const [probe, other] = probes(scene, 2) as [Probe, Probe];
    probe.want();
    probe.reactor.drop(probe.fd, EPOLLIN);
    probe.hangUp();
    other.want();
    other.send();
    for (let i = 0; i < 10; i++) await other.next();
    assertEquals(probe.told, []);
    probe.want();
    await probe.next();
    assert(probe.told[0]! & EPOLLHUP);
  },
);

sceneTest("All that are ready are told before any is again", async (scene) => {
  const all = probes(scene, 256);
  for (const probe of all) {
    probe.want();
    probe.send();
  }
  await Promise.all(all.map((probe) => probe.next()));
  // Between the last one and this a turn may have begun anew.
  const most = Math.max(...all.map(({ told }) => told.length));
  assert(most <= 2, `one was told ${most} times before all were`);
});

sceneTest(
  "More than that get their turn while the others stay ready",
  async (scene) => {
    const all = probes(scene, 300);
    for (const probe of all) probe.want();
    for (const probe of all) probe.send();
    // Nobody takes anything: the first ones could be told again and again.
    await Promise.all(all.map((probe) => probe.next()));
    const most = Math.max(...all.map(({ told }) => told.length));
    assert(most <= 3, `one was told ${most} times before all were`);
  },
);

sceneTest(
  "One that another closes in its callback is told nothing",
  async (scene) => {
    const [a, b] = probes(scene, 2) as [Probe, Probe];
    // Whichever comes first closes the other one.
    a.react = () => void b.close();
    b.react = () => void a.close();
    for (const probe of [a, b]) {
      probe.want();
      probe.send();
    }
    await Promise.race([a.next(), b.next()]);
    await eventLoopTurns(5);
    const closed = a.told.length === 0 ? a : b;
    const open = closed === a ? b : a;
    assertEquals(closed.told, []);
    assert(open.told.length > 0);
  },
);

sceneTest("One that closes itself in its callback ends well", async (scene) => {
  const [a, b] = probes(scene, 2) as [Probe, Probe];
  a.react = () => void a.close();
  for (const probe of [a, b]) {
    probe.want();
    probe.send();
  }
  await Promise.all([a.next(), b.next()]);
  await b.next();
  assertEquals(a.told.length, 1);
});

sceneTest("One may close all in its callback", async (scene) => {
  const all = probes(scene, 50);
  const closing: Promise<void>[] = [];
  const closeAll = (): void => {
    for (const probe of all) closing.push(probe.close());
  };
  for (const probe of all) {
    probe.react = closeAll;
    probe.want();
    probe.send();
  }
  await Promise.race(all.map((probe) => probe.next()));
  await Promise.all(closing);
  assertEquals(all.reduce((sum, { told }) => sum + told.length, 0), 1);
  // The next reactor knows nothing of them.
  const [next] = probes(scene, 1) as [Probe];
  next.want();
  next.send();
  await next.next();
});

sceneTest("One that throws fails alone", async (scene) => {
  const [bad, good] = probes(scene, 2) as [Probe, Probe];
  const error = new Error("Thrown on purpose");
  bad.react = () => {
    bad.take();
    throw error;
  };
  for (const probe of [bad, good]) {
    probe.want();
    probe.send();
  }
  await Promise.all([bad.next(), good.next()]);
  assertEquals(bad.failures, [error]);
  assertEquals(good.failures, []);
});

sceneTest("Many connections are closed within one turn", async (scene) => {
  const pairs = Array.from({ length: 100 }, () => scene.pair());
  const ends = pairs.map(async ([a, b], i) => {
    await a.sendStream(i, "hello");
    assertEquals((await nextStream(b)).header.serviceId, i);
    const ended = b.recvMessage();
    await a.close();
    assertEquals(await ended, null);
    assertEquals(await b.closed, null);
  });
  await Promise.all(ends);
  const [a, b] = scene.pair();
  await Promise.all(pairs.flat().map((peer) => peer.close()));
  await a.sendStream(1, "still there");
  assertEquals((await nextStream(b)).text(), "still there");
});
