/** There is one reactor while anything is watched. */
import { assert, assertEquals } from "@std/assert";
import { connect, listen, UnixSeqpacketTransport } from "../../mod.ts";
import {
  assertUsable,
  nextStream,
  sceneTest,
} from "../unix_seqpacket/support/scene.ts";
import { Probe, probes } from "./support/probe.ts";

/** Fails unless a probe is told of what comes. */
async function assertWorks(probe: Probe): Promise<void> {
  const told = probe.told.length;
  probe.react = () => {
    probe.take();
    probe.react = () => {};
  };
  probe.want();
  const next = probe.next();
  probe.send();
  await next;
  assert(probe.told.length > told);
}

sceneTest("All that is watched at once shares one reactor", async (scene) => {
  const [a, b, c] = probes(scene, 3) as [Probe, Probe, Probe];
  assert(a.reactor === b.reactor && b.reactor === c.reactor);
  await b.close();
  await assertWorks(a);
  await assertWorks(c);
  const d = scene.use(new Probe(scene));
  assert(d.reactor === a.reactor);
  await assertWorks(d);
});

sceneTest("It is made anew after the last one was closed", async (scene) => {
  const seen = new Set<unknown>();
  for (let i = 0; i < 20; i++) {
    await using probe = new Probe(scene);
    seen.add(probe.reactor);
    await assertWorks(probe);
  }
  assertEquals(seen.size, 20);
});

sceneTest(
  "One that is watched while the old reactor is ending has a new one",
  async (scene) => {
    const old = new Probe(scene);
    // It sleeps: its end takes a while.
    old.want();
    const ending = old.close();
    const young = scene.use(new Probe(scene));
    assert(young.reactor !== old.reactor);
    await assertWorks(young);
    await ending;
    await assertWorks(young);
    assertEquals(old.told, []);
  },
);

sceneTest("Several reactors may be ending at once", async (scene) => {
  const endings: Promise<void>[] = [];
  for (let i = 0; i < 10; i++) {
    const probe = new Probe(scene);
    probe.want();
    endings.push(probe.close());
  }
  const last = scene.use(new Probe(scene));
  await assertWorks(last);
  await Promise.all(endings);
  await assertWorks(last);
});

sceneTest("One that never wanted anything ends too", async (scene) => {
  const probe = new Probe(scene);
  await probe.close();
  assertEquals(probe.reactor.unwatch(probe.fd), undefined);
});

sceneTest("Connections come and go one after the other", async (scene) => {
  await using listener = listen(`unix+seqpacket:${scene.dir}/s`);
  for (let i = 0; i < 20; i++) {
    await using client = await connect(listener.addr);
    await using server = await listener.accept();
    await assertUsable(client, server);
  }
});

sceneTest(
  "Pairs come and go with a reactor of their own each",
  async (scene) => {
    for (let i = 0; i < 20; i++) {
      const [a, b] = scene.pair();
      await a.sendStream(i, "hello");
      assertEquals((await nextStream(b)).header.serviceId, i);
      await Promise.all([a.close(), b.close()]);
    }
  },
);

sceneTest("A pair is made while others are being closed", async (scene) => {
  const closing: Promise<unknown>[] = [];
  for (let i = 0; i < 20; i++) {
    const [a, b] = UnixSeqpacketTransport.pair();
    const reading = a.readable.getReader().read();
    closing.push(reading.catch(() => {}));
    for (const end of [a, b]) closing.push(Promise.resolve(end.close()));
  }
  const [a, b] = scene.pair();
  await assertUsable(a, b);
  await Promise.all(closing);
  await assertUsable(a, b);
});
