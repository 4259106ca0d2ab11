/** Limits for a listener as a whole. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  Listener,
  type ListenerOptions,
  Peer,
  type PeerHandle,
  RpcError,
  type StreamBody,
} from "../../mod.ts";
import { MemoryAcceptor } from "../support/memory_acceptor.ts";
import { RawEnd } from "../support/raw_end.ts";

async function streamText(peer: PeerHandle<StreamBody>): Promise<string> {
  const message = await peer.recvMessage();
  assert(message?.kind === "stream");
  return message.message.text();
}

/** A listener in memory, and what it has told. */
class Scene implements AsyncDisposable {
  readonly acceptor = new MemoryAcceptor({ maxBodyLenRead: 1e6 });
  readonly errors: unknown[] = [];
  readonly listener: Listener<StreamBody>;
  readonly #stack = new AsyncDisposableStack();

  constructor(options: ListenerOptions) {
    this.listener = this.#stack.use(
      new Listener<StreamBody>(this.acceptor, {
        onError: (error) => void this.errors.push(error),
        ...options,
      }),
    );
  }

  /** A client, which the listener need not take. */
  async client(): Promise<PeerHandle> {
    return this.#stack.use(Peer.spawn(await this.acceptor.connect()));
  }

  /** Both ends of a connection. */
  async pair(): Promise<[PeerHandle, PeerHandle<StreamBody>]> {
    const [client, server] = await Promise.all([
      this.client(),
      this.listener.accept(),
    ]);
    return [client, this.#stack.use(server)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

Deno.test("A connection over maxConnections is closed at once, and one that closes makes room", async () => {
  await using scene = new Scene({ maxConnections: 2 });
  const { listener, errors } = scene;
  const [first] = await scene.pair();
  const [, second] = await scene.pair();
  const next = listener.accept();
  const refused = await scene.client();
  assertEquals(await refused.recvMessage(), null);
  const [error] = errors;
  assertInstanceOf(error, RpcError);
  assertEquals([error.code, error.fatal], ["limit-exceeded", false]);
  assertEquals([error.limit, error.actual], [2, 2]);
  assert(error.message.includes("maxConnections is 2"), error.message);
  assertEquals(listener.stats().refused, 1);

  await first.close();
  await second.close();
  const client = await scene.client();
  const server = await next;
  await client.sendStream(1, "there is room");
  assertEquals(await streamText(server), "there is room");
  await server.close();
  assertEquals(errors.length, 1);
});

Deno.test("Connections that wait for authorize count, and those that it refuses don't", async () => {
  const answer = Promise.withResolvers<boolean>();
  await using scene = new Scene({
    maxConnections: 1,
    authorize: () => answer.promise,
  });
  const { listener, errors } = scene;
  const next = listener.accept();
  const asked = await scene.client();
  const refused = await scene.client();
  assertEquals(await refused.recvMessage(), null);
  assertEquals(errors.length, 1);
  answer.resolve(false);
  assertEquals(await asked.recvMessage(), null);
  assertInstanceOf(errors[1], Deno.errors.PermissionDenied);
  const third = await scene.client();
  assertEquals(await third.recvMessage(), null);
  assertInstanceOf(errors[2], Deno.errors.PermissionDenied);
  listener.close();
  await assertRejects(() => next, RpcError);
});

Deno.test("A request over maxTotalOpenRequests is refused, whoever sends it, and an answer makes room", async () => {
  await using scene = new Scene({ maxTotalOpenRequests: 2 });
  const [a, serverOfA] = await scene.pair();
  const [b, serverOfB] = await scene.pair();
  const first = await a.sendRequest(1, "");
  const taken = await serverOfA.recvMessage();
  assert(taken?.kind === "request");
  await b.sendRequest(1, "");
  assertEquals((await serverOfB.recvMessage())?.kind, "request");
  for (const client of [a, b]) {
    const error = await assertRejects(() => client.call(1, ""), RpcError);
    assertEquals(error.reason, "limit-exceeded");
    assert(
      error.message.includes("2 requests of all connections are open"),
      error.message,
    );
    assert(error.message.includes("maxTotalOpenRequests"), error.message);
  }
  await taken.request.sendResponse(1, "done");
  assertEquals((await first.recvResponse()).text(), "done");
  const later = b.call(1, "");
  const message = await serverOfB.recvMessage();
  assert(message?.kind === "request");
  await message.request.sendResponse(1, "done");
  assertEquals((await later).text(), "done");

  // Requests that end with their connection don't count any more.
  await b.close();
  assertEquals(await serverOfB.recvMessage(), null);
  await serverOfB.close();
  const both = [await a.sendRequest(1, ""), await a.sendRequest(1, "")];
  for (const request of both) {
    const message = await serverOfA.recvMessage();
    assert(message?.kind === "request");
    await message.request.sendResponse(1, "done");
    assertEquals((await request.recvResponse()).text(), "done");
  }
});

Deno.test("Over maxTotalQueuedBytes the connection that holds the most ends, and the others go on", async () => {
  await using scene = new Scene({ maxTotalQueuedBytes: 100_000 });
  const [small, serverOfSmall] = await scene.pair();
  const [large, serverOfLarge] = await scene.pair();
  await small.sendStream(1, new Uint8Array(8000));
  for (let i = 0; i < 11; i++) await large.sendStream(1, new Uint8Array(8000));
  // 12 messages of 8256 bytes are 99,072. The next one is too much, of whomever it is.
  await small.sendStream(2, new Uint8Array(8000));
  const error = await serverOfLarge.closed;
  assertInstanceOf(error, RpcError);
  assertEquals([error.code, error.fatal], ["limit-exceeded", true]);
  assertEquals([error.limit, error.actual], [100_000, 13 * 8256]);
  assert(error.message.includes("maxTotalQueuedBytes"), error.message);
  assert(error.message.includes(`${11 * 8256} bytes`), error.message);
  assertEquals(await large.recvMessage(), null);
  // What had come before can still be taken, and doesn't count any more.
  assertEquals((await serverOfLarge.recvMessage())?.kind, "stream");
  for (let i = 0; i < 10; i++) await small.sendStream(2, new Uint8Array(8000));
  for (let i = 0; i < 12; i++) {
    assertEquals((await streamText(serverOfSmall)).length, 8000);
  }
  assertEquals(serverOfSmall.stats().inboxMessages, 0);
  const calling = small.call(1, "");
  const message = await serverOfSmall.recvMessage();
  assert(message?.kind === "request");
  await message.request.sendResponse(1, "still there");
  assertEquals((await calling).text(), "still there");
});

Deno.test("Responses that a client doesn't read count for maxTotalQueuedBytes", async () => {
  await using scene = new Scene({ maxTotalQueuedBytes: 2_000_000 });
  const [good, serverOfGood] = await scene.pair();
  const answers = serverOfGood.serve({ 1: (_request, body) => body });
  const bad = await scene.acceptor.connect();
  const serverOfBad = await scene.listener.accept();
  const serving = serverOfBad.serve({ 1: () => new Uint8Array(8000) });
  const raw = new RawEnd(bad);
  let over = false;
  const ended = serverOfBad.closed.finally(() => over = true);
  for (let id = 0; id < 1000 && !over; id++) await raw.send(0, id, 1);
  const error = await ended;
  assertInstanceOf(error, RpcError);
  assertEquals(error.code, "limit-exceeded");
  assert(error.message.includes("maxTotalQueuedBytes"), error.message);
  assertEquals((await good.call(1, "still there")).text(), "still there");
  await raw.close();
  await serving;
  await good.close();
  await answers;
});

Deno.test("The limits of a listener are checked", () => {
  for (
    const name of [
      "maxConnections",
      "maxTotalOpenRequests",
      "maxTotalQueuedBytes",
    ]
  ) {
    for (const value of [0, NaN, -1]) {
      assertThrows(
        () => new Listener(new MemoryAcceptor(), { [name]: value }),
        RangeError,
        `${name} must be a number of at least 1, got ${value}`,
      );
    }
  }
});
