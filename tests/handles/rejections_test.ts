/** What gives a promise rejects, and doesn't throw at once. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport, Peer, type PeerHandle, RpcError } from "../../mod.ts";
import { nextRequest } from "../support/expect.ts";
import { MemoryAcceptor } from "../support/memory_acceptor.ts";

type Calls = Record<string, () => Promise<unknown>>;

/** Makes all calls, each of which must give a promise; gives what they reject with. */
async function rejections(calls: Calls): Promise<Map<string, unknown>> {
  const results = new Map<string, unknown>();
  for (const [name, call] of Object.entries(calls)) {
    let promise: Promise<unknown>;
    try {
      promise = call();
    } catch (error) {
      throw new Error(`${name} threw at once`, { cause: error });
    }
    assert(promise instanceof Promise, name);
    results.set(name, await assertRejects(() => promise, name));
  }
  return results;
}

/** Fails unless all calls reject with errors of a class. */
async function allReject(
  calls: Calls,
  type: abstract new (...args: never[]) => Error,
): Promise<void> {
  for (const [name, error] of await rejections(calls)) {
    assert(error instanceof type, `${name}: ${error}`);
  }
}

function pair(): [PeerHandle, PeerHandle] {
  const [a, b] = MemoryTransport.pair();
  return [Peer.spawn(a), Peer.spawn(b)];
}

/** All that sends. */
function sends(
  peer: Pick<PeerHandle, "call" | "sendRequest" | "sendStream">,
  serviceId = 1,
  body: unknown = "",
  signal?: AbortSignal,
): Calls {
  const options = { signal };
  const input = body as string;
  return {
    call: () => peer.call(serviceId, input, options),
    sendRequest: () => peer.sendRequest(serviceId, input, options),
    sendStream: () => peer.sendStream(serviceId, input, options),
  };
}

/** All that receives. */
function receives(peer: Pick<PeerHandle, "recvMessage" | "serve">): Calls {
  return {
    recvMessage: () => peer.recvMessage(),
    "recvMessage with a signal": () =>
      peer.recvMessage({ signal: AbortSignal.abort() }),
    serve: () => peer.serve({}),
  };
}

Deno.test("The methods of a split handle reject with a TypeError", async () => {
  const [peer, other] = pair();
  const iterator = peer[Symbol.asyncIterator]();
  const [reader, writer] = peer.split();
  await allReject({
    ...sends(peer),
    ...receives(peer),
    close: () => peer.close(),
  }, TypeError);
  await peer[Symbol.asyncDispose]();
  // What was begun before goes on.
  await other.sendStream(1, "");
  assertEquals((await iterator.next()).done, false);
  await reader.close();
  await writer.closed;
});

Deno.test("The methods of a released handle reject with a TypeError", async () => {
  const [peer, other] = pair();
  const [reader, writer] = peer.split();
  const clone = writer.clone();
  writer[Symbol.dispose]();
  await allReject(sends(writer), TypeError);
  reader[Symbol.dispose]();
  await allReject(receives(reader), TypeError);
  await clone.sendStream(1, "");
  clone[Symbol.dispose]();
  await allReject(sends(clone), TypeError);
  await Promise.all([clone.closed, other.closed]);
});

Deno.test("Wrong arguments reject, and nothing is sent", async () => {
  const [peer, other] = pair();
  const request = await peer.sendRequest(1, "");
  const { request: received } = await nextRequest(other);
  const updates = (serviceId: number, body: unknown): Calls => ({
    sendUpdate: () => request.sendUpdate(serviceId, body as string),
    "a write handle's sendUpdate": () =>
      request.writeHandle().sendUpdate(serviceId, body as string),
    "a received request's sendUpdate": () =>
      received.sendUpdate(serviceId, body as string),
    sendResponse: () => received.sendResponse(serviceId, body as string),
    "a write handle's sendResponse": () =>
      received.writeHandle().sendResponse(serviceId, body as string),
  });
  for (const wrong of [2 ** 31, 1.5, NaN]) {
    await allReject(
      { ...sends(peer, wrong), ...updates(wrong, "") },
      RangeError,
    );
  }
  for (const wrong of [null, 7, {}]) {
    await allReject(
      { ...sends(peer, 1, wrong), ...updates(1, wrong) },
      TypeError,
    );
  }
  const long = new Uint8Array(8193);
  await allReject({ ...sends(peer, 1, long), ...updates(1, long) }, RpcError);
  await allReject(sends(peer, 1, "", AbortSignal.abort()), DOMException);
  assertEquals(peer.stats().messagesSent, 1);
  assertEquals(other.stats().messagesSent, 0);
  await received.sendResponse(1, "");
  await peer.close();
  await other.closed;
});

Deno.test("What a connection or a request that has ended is asked for rejects", async () => {
  const [peer, other] = pair();
  const request = await peer.sendRequest(1, "");
  const { request: received } = await nextRequest(other);
  const writers = [request.writeHandle(), received.writeHandle()] as const;
  await received.sendResponse(1, "");
  await request.recvResponse();
  const ended: Calls = {
    sendUpdate: () => request.sendUpdate(1, ""),
    "a write handle's sendUpdate": () => writers[0].sendUpdate(1, ""),
    "a received request's sendUpdate": () => received.sendUpdate(1, ""),
    sendResponse: () => received.sendResponse(1, ""),
    sendErrorResponse: () => received.sendErrorResponse(""),
    "a write handle's sendResponse": () => writers[1].sendResponse(1, ""),
    "a write handle's sendErrorResponse": () =>
      writers[1].sendErrorResponse(""),
  };
  await allReject(ended, RpcError);
  await peer.close();
  await other.closed;
  await allReject({ ...ended, ...sends(peer) }, RpcError);
});

Deno.test("A closed listener rejects", async () => {
  const { listener } = new MemoryAcceptor().listen({});
  const waiting = assertRejects(() => listener.accept(), RpcError);
  const running = listener.run(() => {});
  const signal = AbortSignal.abort();
  await allReject({
    "accept with a signal": () => listener.accept({ signal }),
  }, DOMException);
  listener.close();
  await waiting;
  await running;
  await allReject({ accept: () => listener.accept() }, RpcError);
  // There is nothing left to run, which is no error.
  await listener.run(() => {});
});
