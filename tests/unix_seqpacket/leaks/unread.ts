/** Messages that nobody takes: on closing, releasing, losing the connection. */
import { assertEquals } from "@std/assert";
import { MessageType, type UnixBody } from "../../../mod.ts";
import { datagram, nextRequest, nextStream } from "../support/scene.ts";
import { type Cases, remember, untilStats } from "./case.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate, Stream } =
  MessageType;

export const UNREAD: Cases = {
  async "messages nobody has taken when the peer is closed"(scene) {
    const fds = scene.fds(3);
    const assertSame = remember();
    const [a, b] = scene.pair();
    const sent = await a.sendRequest(1, { data: "request", fds });
    await a.sendStream(1, { data: "stream", fds });
    await untilStats(b, ({ inboxMessages }) => inboxMessages === 2);
    await b.close();
    assertEquals((await sent.recvResponse()).isError, true);
    await a.close();
    assertSame();
  },
  async "messages nobody takes, before and after the read handle is released"(
    scene,
  ) {
    const fds = scene.fds(3);
    const [a, b] = scene.pair();
    const assertSame = remember();
    const first = await a.sendRequest(1, { data: "request", fds });
    await a.sendStream(1, { data: "stream", fds });
    await untilStats(b, ({ inboxMessages }) => inboxMessages === 2);
    const [reader, writer] = b.split();
    reader[Symbol.dispose]();
    assertEquals((await first.recvResponse()).isError, true);
    assertSame();
    await a.sendStream(1, { data: "stream", fds });
    const second = await a.sendRequest(1, { data: "request", fds });
    assertEquals((await second.recvResponse()).isError, true);
    assertSame();
    await Promise.all([a.close(), writer.close()]);
  },
  async "messages for which a waiter has given up"(scene) {
    const fds = scene.fds(3);
    const assertSame = remember();
    const [a, b] = scene.pair();
    const controller = new AbortController();
    const waiting = b.recvMessage(controller).catch(() => null);
    controller.abort();
    await a.sendStream(1, { data: "stream", fds });
    await waiting;
    await untilStats(b, ({ inboxMessages }) => inboxMessages === 1);
    await Promise.all([a.close(), b.close()]);
    assertSame();
  },
  async "a full inbox, when the connection has broken and is closed"(scene) {
    const fds = scene.numbers(3);
    const assertSame = remember();
    const [peer, raw] = scene.raw({ maxInboxMessages: 4 });
    for (let i = 0; i < 20; i++) raw.send(datagram(Stream, 0, 1), fds);
    await untilStats(peer, ({ inboxMessages }) => inboxMessages >= 4);
    raw.close();
    // Writing finds out that nobody is there any more.
    await peer.sendStream(1, "");
    await peer.closed;
    const { body } = await nextStream(peer);
    assertEquals(body.fds.length, 3);
    body[Symbol.dispose]();
    await peer.close();
    assertSame();
  },
  async "a message behind one that ends the connection"(scene) {
    const fds = scene.numbers(3);
    const assertSame = remember();
    const [peer, raw] = scene.raw();
    raw.send(datagram(Stream, 0, 1), fds);
    raw.send(datagram(9, 0, 1), fds);
    raw.send(datagram(Stream, 0, 1), fds);
    assertEquals((await peer.closed)?.code, "invalid-message-type");
    (await nextStream(peer)).body[Symbol.dispose]();
    await peer.close();
    raw.close();
    assertSame();
  },
  async "duplicate and unknown request ids"(scene) {
    const fds = scene.numbers(3);
    const assertSame = remember();
    const [peer, raw] = scene.raw();
    raw.send(datagram(Request, 1, 1));
    raw.send(datagram(Request, 1, 1), fds);
    raw.send(datagram(Response, 5, 1), fds);
    raw.send(datagram(RequesterUpdate, 6, 1), fds);
    raw.send(datagram(ResponderUpdate, 7, 1), fds);
    raw.send(datagram(Stream, 0, 1));
    const { request } = await nextRequest(peer);
    const codes: string[] = [];
    for (let i = 0; i < 4; i++) {
      await peer.recvMessage().catch(({ code }) => codes.push(code));
    }
    assertEquals(codes, [
      "duplicate-request-id",
      "unknown-request-id",
      "unknown-request-id",
      "unknown-request-id",
    ]);
    await nextStream(peer);
    request[Symbol.dispose]();
    await peer.close();
    raw.close();
    assertSame();
  },
  async "more open requests than allowed"(scene) {
    const fds = scene.fds(3);
    const [a, b] = scene.pair({ maxOpenReceivedRequests: 1 });
    const assertSame = remember();
    const first = await a.sendRequest(1, "");
    const second = await a.sendRequest(1, { data: "", fds });
    assertEquals((await second.recvResponse()).isError, true);
    assertSame();
    first[Symbol.dispose]();
    await Promise.all([a.close(), b.close()]);
  },
  async "a request that a dropped peer handle of a listener's run had"(scene) {
    const fds = scene.fds(3);
    const assertSame = remember();
    const [a, b] = scene.pair();
    {
      await using _ended = b;
      const sent = await a.sendRequest(1, { data: "", fds });
      const { request, body } = await nextRequest(b);
      await sent.sendUpdate(1, { data: "", fds });
      await a.sendStream(1, "marker");
      await nextStream(b);
      body[Symbol.dispose]();
      request[Symbol.dispose]();
    }
    await a.close();
    assertSame();
  },
  async "serve without a handler for it"(scene) {
    const fds = scene.fds(3);
    const [a, b] = scene.pair();
    const serving = b.serve({ 1: () => "done" });
    const assertSame = remember();
    await a.call(2, { data: "unknown service", fds }).catch(() => {});
    await a.sendStream(1, { data: "stream", fds });
    await a.call(1, "marker");
    assertSame();
    await a.close();
    await serving;
  },
  async "messages that come while the peer closes"(scene) {
    const fds = scene.fds(3);
    const assertSame = remember();
    const [a, b] = scene.pair();
    const closing = b.close();
    const sends = Array.from(
      { length: 20 },
      () => a.sendStream(1, { data: "", fds }).catch(() => {}),
    );
    await Promise.all([closing, ...sends]);
    await a.close();
    assertSame();
  },
  async "iteration that was broken out of"(scene) {
    const fds = scene.fds(3);
    const assertSame = remember();
    const [a, b] = scene.pair();
    for (let i = 0; i < 3; i++) await a.sendStream(i, { data: "", fds });
    for await (const message of b) {
      const body: UnixBody = message.kind === "stream"
        ? message.message.body
        : message.body;
      body[Symbol.dispose]();
      break;
    }
    await Promise.all([a.close(), b.close()]);
    assertSame();
  },
};
