/** What each channel publishes. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  type CallEndMessage,
  publishDiagnostics,
} from "../../diagnostics/mod.ts";
import { body, defineInterface, serve } from "../../interface/mod.ts";
import {
  Listener,
  MemoryTransport,
  MessageType,
  Peer,
  RpcError,
  StreamTransport,
} from "../../mod.ts";
import { MemoryAcceptor } from "../support/memory_acceptor.ts";
import { collectMessages } from "./collect_messages.ts";

const Camera = defineInterface({
  name: "Camera",
  services: { expose: { id: 1, request: body<number>() } },
});

/** Two ends of a connection, and what breaks the bytes from the first to the second. */
function breakablePair() {
  const cut = Promise.withResolvers<() => void>();
  const there = new TransformStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      cut.resolve(() => controller.error(new Error("cut")));
    },
  });
  const back = new TransformStream<Uint8Array<ArrayBuffer>>();
  const a = { readable: back.readable, writable: there.writable };
  const b = { readable: there.readable, writable: back.writable };
  return {
    a: new StreamTransport(a),
    b: new StreamTransport(b),
    cut: async () => (await cut.promise)(),
  };
}

Deno.test("connect and close tell of both ends of a connection", async () => {
  using _published = publishDiagnostics();
  using seen = collectMessages("fizyr-rpc:connect", "fizyr-rpc:close");
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b);
  const connected = seen.map(({ message }) => message.peer);
  assertEquals(seen.map(({ name }) => name), [
    "fizyr-rpc:connect",
    "fizyr-rpc:connect",
  ]);
  await client.close();
  await server.closed;
  const closed = seen.slice(2);
  assertEquals(
    closed.map(({ name, message }) => ({ name, ...message, peer: null })),
    Array(2).fill({ name: "fizyr-rpc:close", error: null, peer: null }),
  );
  assertEquals(
    new Set(closed.map(({ message }) => message.peer)),
    new Set(connected),
  );
});

Deno.test("close has the error that has ended the connection", async () => {
  using _published = publishDiagnostics();
  using seen = collectMessages("fizyr-rpc:close");
  const { a, b, cut } = breakablePair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b);
  await cut();
  const errors = await Promise.all([server.closed, client.closed]);
  assertEquals(errors[0]?.code, "connection-aborted");
  assertEquals(seen.length, 2);
  assertEquals(
    new Set(seen.map(({ message: { error } }) => error)),
    new Set(errors),
  );
});

Deno.test("a call begins and ends in one object, which says how long it took", async () => {
  using _published = publishDiagnostics();
  using seen = collectMessages("fizyr-rpc:call:start", "fizyr-rpc:call:end");
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b);
  const serving = server.serve({ 7: (_request, body) => body });
  await client.call(7, "Hello");
  const [start, end] = seen;
  assertEquals([seen.length, start?.name, end?.name], [
    2,
    "fizyr-rpc:call:start",
    "fizyr-rpc:call:end",
  ]);
  assertStrictEquals(start?.message, end?.message);
  assert(end?.name === "fizyr-rpc:call:end");
  const { peer, duration, ...rest } = end.message as CallEndMessage;
  assert(duration >= 0);
  assertEquals(peer.stats().messagesSent, 1);
  assertEquals(rest, {
    requestId: 0,
    serviceId: 7,
    outcome: "response",
    error: null,
  });
  await client.close();
  await serving;
});

Deno.test("a call ends with the error that its caller gets", async () => {
  using _published = publishDiagnostics();
  using seen = collectMessages("fizyr-rpc:call:end");
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b);
  const request = client.call(7, "");
  const message = await server.recvMessage();
  assert(message?.kind === "request");
  await message.request.sendErrorResponse("failed: out of film");
  const error = await assertRejects(() => request, RpcError);
  assertEquals(error.responseText, "failed: out of film");
  const ended = seen.map(({ message }) => message);
  assertEquals(ended.map(({ outcome }) => outcome), ["error"]);
  const heard = ended[0]!.error;
  assert(heard instanceof RpcError);
  assertEquals(
    [heard.code, heard.message, heard.reason, heard.requestId, heard.outcome],
    [error.code, error.message, error.reason, error.requestId, error.outcome],
  );
});

Deno.test("calls that get no response end too: cancelled, abandoned, failed", async () => {
  using _published = publishDiagnostics();
  using seen = collectMessages("fizyr-rpc:call:end");
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using _server = Peer.spawn(b);
  const stop = new AbortController();
  const cancelled = client.call(1, "", { signal: stop.signal });
  stop.abort("enough");
  await cancelled.catch((error) => assertEquals(error, "enough"));
  (await client.sendRequest(2, ""))[Symbol.dispose]();
  const open = await client.sendRequest(3, "");
  const waits = assertRejects(() => open.recvResponse(), RpcError);
  await client.close();
  const failure = await waits;
  assertEquals(
    seen.map(({ message: { serviceId, outcome } }) => [serviceId, outcome]),
    [[1, "cancelled"], [2, "abandoned"], [3, "failed"]],
  );
  assertEquals(seen[0]!.message.error, "enough");
  assertStrictEquals(seen[2]!.message.error, failure);
});

Deno.test("a handler begins with the names of its interface, and ends with its response", async () => {
  using _published = publishDiagnostics();
  using seen = collectMessages(
    "fizyr-rpc:handler:start",
    "fizyr-rpc:handler:end",
  );
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b, { onError: () => {} });
  const before: unknown[] = [];
  const serving = serve(
    server,
    Camera.implement({
      expose: (time) => {
        before.push(
          ...seen.map(({ name, message }) => [name, message.service]),
        );
        if (time < 0) throw new Error("no such time");
      },
    }),
  );
  const camera = Camera.client(client);
  await camera.expose(1);
  assertEquals(before, [["fizyr-rpc:handler:start", "expose"]]);
  await assertRejects(() => camera.expose(-1), RpcError);
  const ended = seen.filter(({ name }) => name === "fizyr-rpc:handler:end");
  assertStrictEquals(ended[0]!.message, seen[0]!.message);
  assertEquals(
    ended.map(({ message: { peer: _, ...message } }) => ({
      ...message,
      duration: null,
    })),
    [
      [0, null],
      [1, "no such time"],
    ].map(([requestId, errorText]) => ({
      ...{ requestId, serviceId: 1, interface: "Camera", service: "expose" },
      ...{ errorText, duration: null },
    })) as never,
  );
  await client.close();
  await serving;
});

Deno.test("a handler whose request is cancelled, or whose connection ends, has ended", async () => {
  using _published = publishDiagnostics();
  using seen = collectMessages("fizyr-rpc:handler:end");
  const { a, b, cut } = breakablePair();
  await using client = Peer.spawn(a, { extensions: true });
  await using server = Peer.spawn(b);
  const goOn = Promise.withResolvers<void>();
  let begun = Promise.withResolvers<AbortSignal>();
  const serving = server.serve({
    7: async (_request, _body, { signal }) => {
      begun.resolve(signal);
      await goOn.promise;
    },
  });
  const stop = new AbortController();
  const first = client.call(7, "", { signal: stop.signal });
  const signal = await begun.promise;
  const aborted = new Promise((resolve) =>
    signal.addEventListener("abort", resolve)
  );
  stop.abort("enough");
  await first.catch(() => {});
  await aborted;
  begun = Promise.withResolvers();
  const second = client.call(7, "");
  await begun.promise;
  await cut();
  await second.catch(() => {});
  await server.closed;
  goOn.resolve();
  await serving;
  const texts = seen.map(({ message }) => message.errorText);
  assertEquals(
    texts.map((text) => text?.split(":")[0]),
    ["canceled", "connection-lost"],
  );
});

Deno.test("message tells of each message at both ends, in order", async () => {
  using _published = publishDiagnostics();
  using seen = collectMessages("fizyr-rpc:message");
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b);
  const serving = server.serve({ 7: () => "Hello!" });
  await client.sendStream(3, "abc");
  await client.call(7, "Hello");
  // One end has sent two messages, the other one.
  const of = (messagesSent: number): unknown[] =>
    seen.map(({ message }) => message)
      .filter(({ peer }) => peer.stats().messagesSent === messagesSent)
      .map(({ peer: _, ...message }) => message);
  const stream = {
    type: MessageType.Stream,
    requestId: 0,
    serviceId: 3,
    length: 3,
  };
  const request = {
    type: MessageType.Request,
    requestId: 0,
    serviceId: 7,
    length: 5,
  };
  const response = { ...request, type: MessageType.Response, length: 6 };
  assertEquals(of(2), [
    { direction: "sent", ...stream },
    { direction: "sent", ...request },
    { direction: "received", ...response },
  ]);
  assertEquals(of(1), [
    { direction: "received", ...stream },
    { direction: "received", ...request },
    { direction: "sent", ...response },
  ]);
  await client.close();
  await serving;
});

Deno.test("error tells what onError is told, of connections and of listeners", async () => {
  using _published = publishDiagnostics();
  using seen = collectMessages("fizyr-rpc:error");
  const told: unknown[][] = [];
  const acceptor = new MemoryAcceptor();
  const listener = new Listener(acceptor, {
    onError: (error, context) => {
      told.push([error, context]);
    },
  });
  const running = listener.run(async (peer) => {
    await peer.serve({
      5: () => {
        throw new Error("handler");
      },
    });
    throw new Error("connection handler");
  });
  const client = Peer.spawn(await acceptor.connect());
  await client.call(5, "").catch(() => {});
  await client.close();
  await listener.shutdown();
  await running;
  assertEquals(
    seen.map(({ message: { error } }) => (error as Error).message),
    ["handler", "connection handler"],
  );
  for (const [i, { message: { error, context } }] of seen.entries()) {
    assertStrictEquals(error, told[i]![0]);
    assertStrictEquals(context, told[i]![1]);
  }
  assertEquals(seen[0]!.message.context.serviceId, 5);
});
