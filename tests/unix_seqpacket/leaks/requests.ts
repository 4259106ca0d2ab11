/** Updates and responses that nobody takes. */
import { assertEquals, assertRejects } from "@std/assert";
import {
  MessageType,
  type ReceivedRequestHandle,
  RpcError,
  type SentRequestHandle,
  type UnixBody,
} from "../../../mod.ts";
import type { FileDescriptor } from "../../../mod.ts";
import {
  datagram,
  nextRequest,
  nextStream,
  type Scene,
  type UnixPeer,
} from "../support/scene.ts";
import { type Cases, remember } from "./case.ts";

/** An open request between two peers. */
interface Open {
  a: UnixPeer;
  b: UnixPeer;
  sent: SentRequestHandle<UnixBody>;
  request: ReceivedRequestHandle<UnixBody>;
  fds: FileDescriptor[];
  /** Fails unless nothing is left but the connection. */
  assertClosed(): void;
  /** Fails if anything is left once both sides are closed. */
  end(): Promise<void>;
}

async function open(scene: Scene): Promise<Open> {
  const fds = scene.fds(3);
  const assertSame = remember();
  const [a, b] = scene.pair();
  const assertClosed = remember();
  const sent = await a.sendRequest(1, "");
  const { request } = await nextRequest(b);
  const end = async (): Promise<void> => {
    await Promise.all([a.close(), b.close()]);
    assertSame();
  };
  return { a, b, sent, request, fds, assertClosed, end };
}

/** Returns when what was sent before has been received. */
async function marker(from: UnixPeer, to: UnixPeer): Promise<void> {
  await from.sendStream(1, "marker");
  await nextStream(to);
}

export const REQUESTS: Cases = {
  async "a request is abandoned, then updates and the response come"(scene) {
    const { a, b, sent, request, fds, assertClosed, end } = await open(scene);
    sent[Symbol.dispose]();
    await request.sendUpdate(1, { data: "update", fds });
    await request.sendResponse(1, { data: "response", fds });
    await marker(b, a);
    assertClosed();
    assertEquals(a.stats().openSentRequests, 0);
    await end();
  },
  async "a request is abandoned with updates and the response unread"(scene) {
    const { a, b, sent, request, fds, assertClosed, end } = await open(scene);
    await request.sendUpdate(1, { data: "update", fds });
    await request.sendResponse(1, { data: "response", fds });
    await marker(b, a);
    sent[Symbol.dispose]();
    assertClosed();
    await end();
  },
  async "the peer is closed with updates unread, and the request open"(scene) {
    const { a, b, request, fds, end } = await open(scene);
    await request.sendUpdate(1, { data: "update", fds });
    await marker(b, a);
    await end();
  },
  async "the peer is closed with updates and the response unread"(scene) {
    const { a, b, request, fds, end } = await open(scene);
    await request.sendUpdate(1, { data: "update", fds });
    await request.sendResponse(1, { data: "response", fds });
    await marker(b, a);
    await end();
  },
  async "the other side is gone, then a request with updates unread is disposed"(
    scene,
  ) {
    const { a, b, sent, request, fds, end } = await open(scene);
    await request.sendUpdate(1, { data: "update", fds });
    await marker(b, a);
    await b.close();
    assertEquals(await a.recvMessage(), null);
    sent[Symbol.dispose]();
    await end();
  },
  async "the responder answers with updates unread"(scene) {
    const { a, b, sent, request, fds, assertClosed, end } = await open(scene);
    await sent.sendUpdate(1, { data: "update", fds });
    await marker(a, b);
    await request.sendResponse(1, "");
    assertClosed();
    await sent.sendUpdate(1, { data: "late", fds }).catch(() => {});
    await marker(a, b);
    assertClosed();
    await end();
  },
  async "a received request is disposed with updates unread"(scene) {
    const { a, b, sent, request, fds, assertClosed, end } = await open(scene);
    await sent.sendUpdate(1, { data: "update", fds });
    await marker(a, b);
    request[Symbol.dispose]();
    assertEquals((await sent.recvResponse()).isError, true);
    assertClosed();
    await end();
  },
  async "the responder closes with updates unread"(scene) {
    const { a, b, sent, fds, end } = await open(scene);
    await sent.sendUpdate(1, { data: "update", fds });
    await marker(a, b);
    await end();
  },
  async "the connection breaks, then a received request with updates unread is disposed"(
    scene,
  ) {
    const fds = scene.numbers(3);
    const assertSame = remember();
    const [peer, raw] = scene.raw();
    raw.send(datagram(MessageType.Request, 1, 1));
    const { request } = await nextRequest(peer);
    raw.send(datagram(MessageType.RequesterUpdate, 1, 1), fds);
    raw.send(datagram(9, 1, 1));
    await peer.closed;
    request[Symbol.dispose]();
    await peer.close();
    raw.close();
    assertSame();
  },
  async "call skips updates"(scene) {
    const fds = scene.fds(3);
    const [a, b] = scene.pair();
    const assertSame = remember();
    const calling = a.call(1, "");
    const { request } = await nextRequest(b);
    await request.sendUpdate(1, { data: "update", fds });
    await request.sendResponse(1, "done");
    assertEquals((await calling).text(), "done");
    assertSame();
    await Promise.all([a.close(), b.close()]);
  },
  async "call throws an error response that has descriptors"(scene) {
    const fds = scene.numbers(3);
    const [peer, raw] = scene.raw();
    const assertSame = remember();
    const calling = peer.call(1, "");
    const asked = await raw.recv();
    const id = new DataView(asked!.data.buffer).getUint32(4, true);
    raw.send(datagram(MessageType.Response, id, -1, "no"), fds);
    const error = await assertRejects(() => calling, RpcError);
    assertEquals(error.code, "remote-error");
    assertSame();
    await peer.close();
  },
  async "call is aborted, then the response comes"(scene) {
    const fds = scene.fds(3);
    const [a, b] = scene.pair();
    const assertSame = remember();
    const controller = new AbortController();
    const calling = a.call(1, "", { signal: controller.signal });
    const { request } = await nextRequest(b);
    controller.abort();
    await calling.catch(() => {});
    await request.sendResponse(1, { data: "late", fds });
    await marker(b, a);
    assertSame();
    await Promise.all([a.close(), b.close()]);
  },
  async "recvResponse is aborted, then the response comes and the handle is disposed"(
    scene,
  ) {
    const { a, b, sent, request, fds, assertClosed, end } = await open(scene);
    const controller = new AbortController();
    const waiting = sent.recvResponse(controller).catch(() => {});
    controller.abort();
    await waiting;
    await request.sendResponse(1, { data: "late", fds });
    await marker(b, a);
    sent[Symbol.dispose]();
    assertClosed();
    await end();
  },
};
