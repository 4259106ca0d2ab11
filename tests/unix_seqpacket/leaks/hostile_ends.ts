/** Peers that end in every way, with descriptors on their way. */
import { assertEquals, assertRejects } from "@std/assert";
import { MessageType, RpcError } from "../../../mod.ts";
import {
  datagram,
  nextRequest,
  nextStream,
  parse,
  type Scene,
} from "../support/scene.ts";
import { type Cases, remember } from "./case.ts";

const { Request, Response, Stream } = MessageType;
const EMPTY = new Uint8Array();
const SHUT_WR = 1;

/**
 * Sends datagrams, closes, and expects what was sent and then a clean end: no
 * datagram is cut off, even where the kernel says a reset for what isn't read.
 */
async function burst(
  scene: Scene,
  count: number,
  unread: boolean,
): Promise<void> {
  const fds = scene.numbers(1);
  const assertSame = remember();
  const [peer, raw] = scene.raw();
  if (unread) {
    // What is never read there makes the close a reset here, said once.
    for (let i = 0; i < 3; i++) await peer.sendStream(1, "unread");
  }
  const sent = await peer.sendRequest(1, "");
  for (let i = 0; i < count; i++) raw.send(datagram(Stream, 0, i), fds);
  if (!unread) { while (raw.tryRecv() !== undefined); }
  raw.close();
  for (let i = 0; i < count; i++) {
    const { header, body } = await nextStream(peer);
    assertEquals(header.serviceId, i);
    assertEquals(body.fds.length, 1);
    body[Symbol.dispose]();
  }
  const failed = await assertRejects(() => sent.recvResponse(), RpcError);
  assertEquals(failed.code, "connection-closed");
  assertEquals(await peer.recvMessage(), null);
  assertEquals(await peer.closed, failed);
  assertSame();
}

export const HOSTILE_ENDS: Cases = {
  async "the end with nothing queued is a clean one"(scene) {
    const [peer, raw] = scene.raw();
    const receiving = peer.recvMessage();
    raw.close();
    assertEquals(await receiving, null);
    assertEquals(await peer.closed, null);
  },
  async "an empty datagram behind the other side's end, with nothing behind it, is no more than the end"(
    scene,
  ) {
    const [peer, raw] = scene.raw();
    raw.send(datagram(Stream, 0, 1, "first"));
    raw.trySend(EMPTY);
    raw.close();
    assertEquals((await nextStream(peer)).text(), "first");
    assertEquals(await peer.recvMessage(), null);
    assertEquals(await peer.closed, null);
  },
  async "shutdown(SHUT_WR) is the end of its sending: it still takes the answers"(
    scene,
  ) {
    const fds = scene.fds(2);
    const assertSame = remember();
    const [peer, raw] = scene.raw();
    raw.send(datagram(Request, 4, 1, "last words"));
    raw.shutdown(SHUT_WR);
    const { request, body } = await nextRequest(peer);
    assertEquals(body.text(), "last words");
    assertEquals(await peer.recvMessage(), null);
    await request.sendUpdate(2, { data: "update", fds });
    await request.sendResponse(1, "answer");
    const update = (await raw.recv())!;
    assertEquals(parse(update.data), [3, 4, 2, "update"]);
    for (const fd of update.fds) scene.libc.symbols.close(fd);
    assertEquals(parse((await raw.recv())!.data), [Response, 4, 1, "answer"]);
    assertEquals(await raw.recv(), null);
    assertEquals(await peer.closed, null);
    raw.close();
    assertSame();
  },
  async "close in the middle of a burst: what is queued is delivered first"(
    scene,
  ) {
    await burst(scene, 150, false);
  },
  async "close of a side with unread data: what is queued is delivered first"(
    scene,
  ) {
    await burst(scene, 150, true);
  },
  async "close with one message queued and unread data"(scene) {
    await burst(scene, 1, true);
  },
  async "close with unread data and nothing queued"(scene) {
    await burst(scene, 0, true);
  },
  async "close while much waits to be sent fails all of it"(scene) {
    const fds = scene.fds(3);
    const assertSame = remember();
    const [peer, raw] = scene.raw();
    const sends = Array.from(
      { length: 2000 },
      () => peer.sendStream(1, { data: "x", fds }),
    );
    await sends[0];
    raw.close();
    const outcomes = await Promise.allSettled(sends);
    const codes = new Set<string>();
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") codes.add(outcome.reason.code);
    }
    assertEquals(await peer.closed, null);
    assertEquals([...codes], ["connection-closed"]);
    assertSame();
  },
};
