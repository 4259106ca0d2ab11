/** Floods that nobody reads. */
import { assert, assertEquals } from "@std/assert";
import { nextRequest, nextStream } from "../support/scene.ts";
import { type Cases, openFds, remember, untilQuiet } from "./case.ts";

export const FLOODS: Cases = {
  async "a flood with descriptors that nobody reads: few are open, and none is lost"(
    scene,
  ) {
    const fds = scene.fds(10);
    const assertSame = remember();
    const [a, b] = scene.pair();
    const before = openFds().length;
    const count = 1000;
    const sends = Array.from(
      { length: count },
      (_, i) => a.sendStream(i, { data: "", fds }),
    );
    let most = 0;
    await untilQuiet(b, () => {
      most = Math.max(most, openFds().length - before);
    });
    assert(most < 2000, `${most} descriptors are open`);
    for (let i = 0; i < count; i++) {
      const { header, body } = await nextStream(b);
      assertEquals([header.serviceId, body.fds.length], [i, 10]);
      body[Symbol.dispose]();
    }
    await Promise.all(sends);
    await Promise.all([a.close(), b.close()]);
    assertSame();
  },
  async "a flood of updates with descriptors that nobody reads"(scene) {
    const fds = scene.fds(10);
    const assertSame = remember();
    const [a, b] = scene.pair();
    const sent = await a.sendRequest(1, "");
    const { request } = await nextRequest(b);
    const before = openFds().length;
    const count = 1000;
    const sends = Array.from(
      { length: count },
      (_, i) => request.sendUpdate(i, { data: "", fds }),
    );
    let most = 0;
    await untilQuiet(a, () => {
      most = Math.max(most, openFds().length - before);
    });
    assert(most < 2000, `${most} descriptors are open`);
    for (let i = 0; i < count; i++) {
      const update = await sent.recvUpdate();
      assertEquals(update?.header.serviceId, i);
      assertEquals(update?.body.fds.length, 10);
      update?.body[Symbol.dispose]();
    }
    await Promise.all(sends);
    await Promise.all([a.close(), b.close()]);
    assertSame();
  },
};
