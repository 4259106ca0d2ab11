/** Messages that nobody takes from a transport, which a peer has never run. */
import { MessageType, Peer } from "../../../mod.ts";
import { datagram } from "../support/scene.ts";
import { type Cases, remember } from "./case.ts";

const { Stream } = MessageType;

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
