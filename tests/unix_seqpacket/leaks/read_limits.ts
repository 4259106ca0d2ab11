/** Messages that are dropped for a limit: every descriptor that came is closed. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { MessageType, RpcError, type RpcErrorCode } from "../../../mod.ts";
import type { RawSocket } from "../support/raw_socket.ts";
import {
  datagram,
  nextRequest,
  parse,
  type Scene,
  type UnixPeer,
} from "../support/scene.ts";
import { limitDescriptors } from "../../support/processes/limits.ts";
import { type Cases, remember } from "./case.ts";

const { Request, Response, RequesterUpdate, ResponderUpdate, Stream } =
  MessageType;

/** What makes a message one that is dropped. */
interface Excess {
  readonly name: string;
  readonly code: RpcErrorCode;
  readonly body: string;
  readonly fds: number;
  /** How many descriptors the process may still open. */
  readonly free?: number;
}

const EXCESSES: readonly Excess[] = [
  {
    name: "a body one byte over maxBodyLenRead",
    code: "payload-too-large",
    body: "x".repeat(101),
    fds: 2,
  },
  {
    name: "a body far over maxBodyLenRead",
    code: "payload-too-large",
    body: "x".repeat(100_000),
    fds: 253,
  },
  {
    name: "one descriptor more than maxFdsRead",
    code: "too-many-fds",
    body: "x",
    fds: 5,
  },
  { name: "253 descriptors", code: "too-many-fds", body: "", fds: 253 },
  {
    name: "descriptors for which the process has no room",
    code: "too-many-fds",
    body: "x",
    fds: 4,
    free: 0,
  },
  {
    name: "descriptors for only two of which the process has room",
    code: "too-many-fds",
    body: "x",
    fds: 4,
    free: 2,
  },
];

const LIMITS = { maxBodyLenRead: 100, maxFdsRead: 4 };

/** Sends such a message, and waits for what shows that it was dropped. */
async function drop<T>(
  scene: Scene,
  raw: RawSocket,
  excess: Excess,
  [type, id]: [MessageType, number],
  dropped: () => Promise<T>,
): Promise<T> {
  const fds = scene.numbers(excess.fds);
  const assertSame = remember();
  using _limited = excess.free === undefined
    ? null
    : limitDescriptors(excess.free);
  raw.send(datagram(type, id, 5, excess.body), fds);
  const result = await dropped();
  _limited?.[Symbol.dispose]();
  assertSame();
  return result;
}

/** The error in its place among the messages. */
async function reported(
  peer: UnixPeer,
  { code }: Excess,
  messageType: MessageType,
  requestId: number,
): Promise<RpcError> {
  const error = await assertRejects(() => peer.recvMessage(), RpcError);
  assertEquals(error.code, code, error.message);
  assertEquals(error.fatal, false);
  assertEquals(error.side, "remote");
  assertEquals(error.messageType, messageType);
  assertEquals(error.requestId, requestId);
  assertEquals(error.serviceId, 5);
  return error;
}

async function assertUsable(peer: UnixPeer, raw: RawSocket): Promise<void> {
  raw.send(datagram(Request, 77, 1, "usable?"));
  const { request } = await nextRequest(peer);
  await request.sendResponse(1, "yes");
  const { data } = (await raw.recv())!;
  assertEquals(parse(data), [Response, 77, 1, "yes"]);
}

/** Sends a request, and gives its id on the wire. */
async function ask(
  peer: UnixPeer,
  raw: RawSocket,
): Promise<[Awaited<ReturnType<UnixPeer["sendRequest"]>>, number]> {
  const sent = await peer.sendRequest(3, "");
  await raw.recv();
  return [sent, sent.requestId];
}

export const READ_LIMITS: Cases = {};

for (const excess of EXCESSES) {
  const { name, code, body, fds } = excess;

  READ_LIMITS[`a request with ${name}: it is answered with an error`] = async (
    scene,
  ) => {
    const [peer, raw] = scene.raw(LIMITS);
    const error = await drop(
      scene,
      raw,
      excess,
      [Request, 9],
      () => reported(peer, excess, Request, 9),
    );
    if (code === "payload-too-large") {
      assertEquals([error.limit, error.actual], [100, body.length]);
      assertStringIncludes(error.message, "maxBodyLenRead");
    } else if (excess.free === undefined) {
      assertEquals([error.limit, error.actual], [4, fds]);
      assertStringIncludes(error.message, "maxFdsRead");
    } else assertStringIncludes(error.message, "ulimit -n");
    const { data } = (await raw.recv())!;
    const [type, id, service, text] = parse(data);
    assertEquals([type, id, service], [Response, 9, -1]);
    assertStringIncludes(text, "limit-exceeded: ");
    assertEquals(peer.stats().openReceivedRequests, 0);
    await assertUsable(peer, raw);
  };

  READ_LIMITS[`a response with ${name}: it fails the request`] = async (
    scene,
  ) => {
    const [peer, raw] = scene.raw(LIMITS);
    const [sent, id] = await ask(peer, raw);
    const waiting = sent.recvResponse();
    const failed = await drop(scene, raw, excess, [Response, id], async () => {
      const error = await assertRejects(() => waiting, RpcError);
      await reported(peer, excess, Response, id);
      return error;
    });
    assertEquals(failed.code, code);
    assertEquals(failed.fatal, false);
    assertEquals(peer.stats().openSentRequests, 0);
    const again = await assertRejects(() => sent.recvResponse(), RpcError);
    assertEquals(again.code, code);
    await assertUsable(peer, raw);
  };

  READ_LIMITS[`a responder update with ${name}: it fails the request`] = async (
    scene,
  ) => {
    const [peer, raw] = scene.raw(LIMITS);
    const [sent, id] = await ask(peer, raw);
    const waiting = Promise.allSettled([
      sent.recvUpdate(),
      sent.recvResponse(),
    ]);
    const type = ResponderUpdate;
    const outcomes = await drop(scene, raw, excess, [type, id], async () => {
      const outcomes = await waiting;
      await reported(peer, excess, type, id);
      return outcomes;
    });
    for (const outcome of outcomes) {
      assert(outcome.status === "rejected");
      assertEquals(outcome.reason.code, code);
    }
    assertEquals(peer.stats().openSentRequests, 0);
    await assertUsable(peer, raw);
  };

  READ_LIMITS[`a requester update with ${name}: the request stays open`] =
    async (scene) => {
      const [peer, raw] = scene.raw(LIMITS);
      raw.send(datagram(Request, 3, 1));
      const { request } = await nextRequest(peer);
      const type = RequesterUpdate;
      await drop(
        scene,
        raw,
        excess,
        [type, 3],
        () => reported(peer, excess, type, 3),
      );
      await request.sendResponse(1, "answered");
      const { data } = (await raw.recv())!;
      assertEquals(parse(data), [Response, 3, 1, "answered"]);
      await assertUsable(peer, raw);
    };

  READ_LIMITS[`a stream message with ${name}: it is reported`] = async (
    scene,
  ) => {
    const [peer, raw] = scene.raw(LIMITS);
    await drop(
      scene,
      raw,
      excess,
      [Stream, 0],
      () => reported(peer, excess, Stream, 0),
    );
    assertEquals(raw.tryRecv(), undefined);
    await assertUsable(peer, raw);
  };
}
