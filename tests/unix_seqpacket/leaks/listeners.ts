/** Listeners that are closed with connections that nobody has accepted. */
import { assertEquals, assertRejects } from "@std/assert";
import { connect, listen, UnixSeqpacketTransport } from "../../../mod.ts";
import { type Cases, remember } from "./case.ts";

export const LISTENERS: Cases = {
  async "a listener with connections in its backlog: their other ends end"(
    scene,
  ) {
    const assertSame = remember();
    const listener = listen(`unix+seqpacket:${scene.dir}/s`);
    const clients = await Promise.all(
      Array.from({ length: 10 }, () => connect(listener.addr)),
    );
    const received = clients.map((client) => client.recvMessage());
    await listener[Symbol.asyncDispose]();
    for (const message of await Promise.all(received)) {
      assertEquals(message, null);
    }
    for (const client of clients) assertEquals(await client.closed, null);
    await Promise.all(clients.map((client) => client.close()));
    assertSame();
  },
  async "a listener with messages and descriptors in its backlog"(scene) {
    const fds = scene.fds(3);
    const assertSame = remember();
    const listener = listen(`unix+seqpacket:${scene.dir}/s`);
    const clients = await Promise.all(
      Array.from({ length: 10 }, () => connect(listener.addr)),
    );
    const asked = await Promise.all(clients.map(async (client) => {
      await client.sendStream(1, { data: "stream", fds });
      return await client.sendRequest(2, { data: "request", fds });
    }));
    const answers = asked.map((sent) =>
      assertRejects(() => sent.recvResponse())
    );
    await listener[Symbol.asyncDispose]();
    await Promise.all(answers);
    await Promise.all(clients.map((client) => client.close()));
    assertSame();
  },
  async "a listener that is disposed while it accepts, with more in its backlog"(
    scene,
  ) {
    const assertSame = remember();
    const path = `${scene.dir}/s`;
    const listener = listen(`unix+seqpacket:${path}`, { drainTimeout: 0 });
    const running = listener.run((peer) => peer.serve({ 1: () => "yes" }));
    const clients = await Promise.all(
      Array.from({ length: 50 }, () => connect(listener.addr)),
    );
    assertEquals((await clients[0]!.call(1, "")).text(), "yes");
    await listener[Symbol.asyncDispose]();
    await running;
    await Promise.all(clients.map((client) => client.closed));
    await Promise.all(clients.map((client) => client.close()));
    assertSame();
  },
  async "an acceptor with connections in its backlog"(scene) {
    const assertSame = remember();
    const path = `${scene.dir}/s`;
    const acceptor = UnixSeqpacketTransport.listen(path);
    const client = await UnixSeqpacketTransport.connect(path);
    const other = await UnixSeqpacketTransport.connect(path);
    const reading = client.readable.getReader().read();
    await acceptor.close();
    assertEquals((await reading).done, true);
    await Promise.all([client.close(), other.close()]);
    assertSame();
  },
  async "an accept that waits when the acceptor is closed"(scene) {
    const assertSame = remember();
    const acceptor = UnixSeqpacketTransport.listen(`${scene.dir}/s`);
    const accepting = assertRejects(() => acceptor.accept());
    await acceptor.close();
    await accepting;
    assertSame();
  },
  async "reactors that are made and ended, with pairs and listeners"(scene) {
    const assertSame = remember();
    for (let i = 0; i < 50; i++) {
      const [a, b] = UnixSeqpacketTransport.pair();
      const acceptor = UnixSeqpacketTransport.listen(`${scene.dir}/${i}`);
      const reading = a.readable.getReader().read();
      await Promise.all([b.close(), acceptor.close()]);
      assertEquals((await reading).done, true);
      await a.close();
    }
    assertSame();
  },
};
