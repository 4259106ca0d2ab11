/** Peers whose datagrams are none of the protocol: each ends the connection. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MessageType, RpcError, type RpcErrorCode } from "../../../mod.ts";
import {
  datagram,
  nextRequest,
  nextStream,
  type Scene,
  type UnixPeer,
} from "../support/scene.ts";
import { type Cases, remember } from "./case.ts";

const { Request, Response, Stream } = MessageType;
const EMPTY = new Uint8Array();

/** Fails unless the connection ends so, and everything that is pending with it. */
async function assertEnds(peer: UnixPeer, code: RpcErrorCode): Promise<void> {
  const sent = await peer.sendRequest(1, "").catch(() => null);
  const [closed, received, response] = await Promise.all([
    peer.closed,
    assertRejects(() => peer.recvMessage(), RpcError),
    sent && assertRejects(() => sent.recvResponse(), RpcError),
  ]);
  assertEquals(closed?.code, code);
  assertEquals(received.code, code);
  assert(received.fatal);
  if (response !== null) assertEquals(response.code, code);
  assertEquals(peer.stats().openSentRequests, 0);
}

/** Sends bad datagrams, behind which nothing else counts. */
function bad(
  code: RpcErrorCode,
  bytes: Uint8Array<ArrayBuffer>,
  fdCount: number,
  before: number,
  behind: number,
): (scene: Scene) => Promise<void> {
  return async (scene) => {
    const fds = scene.numbers(fdCount);
    const few = scene.numbers(2);
    const assertSame = remember();
    const [peer, raw] = scene.raw({ endian: "little" });
    for (let i = 0; i < before; i++) raw.send(datagram(Stream, 0, i), few);
    raw.send(bytes, fds);
    for (let i = 0; i < behind; i++) raw.send(datagram(Stream, 0, i), few);
    for (let i = 0; i < before; i++) {
      const { header, body } = await nextStream(peer);
      assertEquals(header.serviceId, i);
      assertEquals(body.fds.length, 2);
      body[Symbol.dispose]();
    }
    await assertEnds(peer, code);
    raw.close();
    await peer.close();
    assertSame();
  };
}

export const HOSTILE: Cases = {
  async "an empty datagram before a message and the end is too short"(scene) {
    const fds = scene.numbers(2);
    const assertSame = remember();
    const [peer, raw] = scene.raw();
    raw.send(EMPTY);
    raw.send(datagram(Stream, 0, 1, "behind"), fds);
    raw.close();
    await assertEnds(peer, "message-too-short");
    await peer.close();
    assertSame();
  },
  async "an empty datagram with descriptors before the end is too short"(
    scene,
  ) {
    const fds = scene.numbers(2);
    const assertSame = remember();
    const [peer, raw] = scene.raw();
    raw.send(EMPTY, fds);
    raw.close();
    await assertEnds(peer, "message-too-short");
    await peer.close();
    assertSame();
  },
  async "a length of maxBodyLenRead and as many descriptors as allowed are fine"(
    scene,
  ) {
    const fds = scene.numbers(10);
    const [peer, raw] = scene.raw();
    raw.send(datagram(Stream, 0, 1, "x".repeat(4096)), fds);
    const { body } = await nextStream(peer);
    assertEquals([body.data.length, body.fds.length], [4096, 10]);
    body[Symbol.dispose]();
  },
};

for (const endian of ["little", "big"] as const) {
  const other = endian === "little" ? "big" : "little";

  HOSTILE[`${endian} endian, in both directions`] = async (scene) => {
    const [peer, raw] = scene.raw({ endian });
    raw.send(datagram(Request, 0x01020304, -2, "hi", endian));
    const { request } = await nextRequest(peer);
    assertEquals([request.requestId, request.serviceId], [0x01020304, -2]);
    await request.sendResponse(0x0a0b0c0d, "yo");
    const { data } = (await raw.recv())!;
    assertEquals(
      data,
      datagram(Response, 0x01020304, 0x0a0b0c0d, "yo", endian),
    );
  };

  HOSTILE[`${endian} endian, and the other side has the other order`] = async (
    scene,
  ) => {
    const fds = scene.numbers(2);
    const assertSame = remember();
    const [peer, raw] = scene.raw({ endian });
    raw.send(datagram(Stream, 0, 1, "", other), fds);
    await assertEnds(peer, "invalid-message-type");
    await peer.close();
    raw.close();
    assertSame();
  };
}

for (const fds of [0, 1, 253]) {
  for (const [before, behind] of [[0, 0], [3, 0], [0, 3], [3, 3], [70, 70]]) {
    const where =
      `${fds} descriptors, ${before} messages before and ${behind} behind it`;
    for (const length of [0, 1, 11]) {
      HOSTILE[`a datagram of ${length} bytes with ${where}`] = bad(
        "message-too-short",
        new Uint8Array(length),
        fds,
        before!,
        behind!,
      );
    }
    HOSTILE[`an unknown type with ${where}`] = bad(
      "invalid-message-type",
      datagram(5, 1, 1, "x".repeat(8000)),
      fds,
      before!,
      behind!,
    );
  }
}
