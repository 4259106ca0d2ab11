/** Messages that nobody takes from a transport, which a peer has never run. */
import { tick } from "../../../internal/event_loop.ts";
import { assertEquals } from "@std/assert";
import {
  MessageType,
  Peer,
  type UnixSeqpacketTransport,
} from "../../../mod.ts";
import type { RawSocket } from "../support/raw_socket.ts";
import { datagram } from "../support/scene.ts";
import { type Cases, remember, until } from "./case.ts";

const { Stream } = MessageType;
const FDS = 3;

/** Lets a transport receive three messages when its reader has given up waiting. */
async function readForNobody(
  transport: UnixSeqpacketTransport,
  raw: RawSocket,
  fds: number[],
): Promise<void> {
  const reader = transport.readable.getReader();
  const reading = reader.read().catch(() => {});
  // The stream asks for a batch first.
  await tick();
  reader.releaseLock();
  await reading;
  for (let id = 0; id < 3; id++) raw.send(datagram(Stream, id, 1), fds);
  await until(() => raw.received);
}

export const UNREAD_TRANSPORTS: Cases = {
  async "readable is cancelled with messages queued"(scene) {
    const fds = scene.numbers(3);
    const assertSame = remember();
    const [transport, raw] = scene.rawTransport();
    for (let i = 0; i < 100; i++) raw.send(datagram(Stream, 0, 1), fds);
    const reader = transport.readable.getReader();
    const { value } = await reader.read();
    for (const item of value!) {
      if ("body" in item) item.body[Symbol.dispose]();
    }
    await reader.cancel();
    raw.close();
    assertSame();
  },
  async "readable is cancelled while a read waits for messages that come"(
    scene,
  ) {
    const fds = scene.numbers(3);
    const assertSame = remember();
    const [transport, raw] = scene.rawTransport();
    const reader = transport.readable.getReader();
    const reading = reader.read();
    for (let i = 0; i < 10; i++) raw.send(datagram(Stream, 0, 1), fds);
    await reader.cancel();
    const { value } = await reading;
    for (const item of value ?? []) {
      if ("body" in item) item.body[Symbol.dispose]();
    }
    raw.close();
    assertSame();
  },
  async "readable is cancelled after what came for a reader that has let go"(
    scene,
  ) {
    const fds = scene.numbers(FDS);
    const assertSame = remember();
    const [transport, raw] = scene.rawTransport();
    await readForNobody(transport, raw, fds);
    await transport.readable.cancel();
    raw.close();
    assertSame();
  },
  async "the next reader takes what came for one that has let go"(scene) {
    const fds = scene.numbers(FDS);
    const assertSame = remember();
    const [transport, raw] = scene.rawTransport();
    await readForNobody(transport, raw, fds);
    const reader = transport.readable.getReader();
    const { value } = await reader.read();
    const ids = value!.map((item) => {
      if (!("body" in item)) throw item;
      item.body[Symbol.dispose]();
      return item.header.requestId;
    });
    assertEquals(ids, [0, 1, 2]);
    await reader.cancel();
    raw.close();
    assertSame();
  },
  async "a transport is closed that nobody has read from"(scene) {
    const fds = scene.numbers(3);
    const assertSame = remember();
    const [transport, raw] = scene.rawTransport();
    raw.send(datagram(Stream, 0, 1), fds);
    await transport.close();
    raw.close();
    assertSame();
  },
  async "a peer that never ran"(scene) {
    const fds = scene.numbers(3);
    const assertSame = remember();
    const [transport, raw] = scene.rawTransport();
    raw.send(datagram(Stream, 0, 1), fds);
    await new Peer(transport).handle.close();
    raw.close();
    assertSame();
  },
};
