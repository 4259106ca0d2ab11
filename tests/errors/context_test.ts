/** What `onError` is told of the connection, the request and the service. */
import { assert, assertEquals } from "@std/assert";
import {
  type ErrorContext,
  Listener,
  MemoryTransport,
  Peer,
  type StreamBody,
} from "../../mod.ts";
import { body, defineInterface, serve } from "../../interface/mod.ts";
import { MemoryAcceptor } from "../support/memory_acceptor.ts";

/** Collects what `onError` is given; `first` resolves to the first of it. */
function collect() {
  const { promise: first, resolve } = Promise.withResolvers<
    { error: unknown; context: ErrorContext }
  >();
  return {
    first,
    onError: (error: unknown, context: ErrorContext) =>
      resolve({ error, context }),
  };
}

/** The context without the connection, and what is undefined. */
function namesOf({ peer: _, ...names }: ErrorContext): object {
  return JSON.parse(JSON.stringify(names));
}

const Camera = defineInterface({
  name: "Camera",
  services: { expose: { id: 1 } },
  streams: { frame: { id: 7, body: body<number>() } },
});

Deno.test("what a handler by service id throws comes with its peer, request and service", async () => {
  const { first, onError } = collect();
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b, { onError });
  const thrown = new Error("broken");
  const serving = server.serve({
    5: () => {
      throw thrown;
    },
  });
  const request = await client.sendRequest(4, "");
  await request.recvResponse();
  await client.call(5, "").catch(() => {});
  const { error, context } = await first;
  assertEquals(error, thrown);
  assertEquals(namesOf(context), { requestId: 1, serviceId: 5 });
  assertEquals(context.peer?.info, server.info);
  assertEquals(context.peer?.stats().messagesReceived, 2);
  assertEquals(context.peer?.openRequests(), []);
  await context.peer?.close();
  assertEquals(await client.closed, null);
  await serving;
});

Deno.test("what a handler of an interface throws comes with the names of both", async () => {
  const { first, onError } = collect();
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b, { onError });
  const serving = serve(
    server,
    Camera.implement({
      expose: async () => {
        await Promise.resolve();
        throw new Error("broken");
      },
      frame: () => {},
    }),
  );
  await Camera.client(client).expose().catch(() => {});
  const { context } = await first;
  assertEquals(namesOf(context), {
    interface: "Camera",
    service: "expose",
    requestId: 0,
    serviceId: 1,
  });
  await client.close();
  await serving;
});

Deno.test("what a handler of a stream throws comes with the name of the stream", async () => {
  const { first, onError } = collect();
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b, { onError });
  const serving = serve(
    server,
    Camera.implement({
      expose: () => {},
      frame: () => {
        throw new Error("broken");
      },
    }),
  );
  await Camera.streams.frame.send(client, 1);
  const { context } = await first;
  assertEquals(namesOf(context), {
    interface: "Camera",
    service: "frame",
    serviceId: 7,
  });
  await client.close();
  await serving;
});

Deno.test("an error that a message has brought comes with what it says", async () => {
  const { first, onError } = collect();
  const [a, b] = MemoryTransport.pair();
  await using client = Peer.spawn(a);
  await using server = Peer.spawn(b, { onError });
  const serving = serve(
    server,
    Camera.implement({ expose: () => {}, frame: () => {} }),
  );
  await client.call(99, "").catch(() => {});
  const { context } = await first;
  assertEquals(namesOf(context), { requestId: 0, serviceId: 99 });
  assert(context.peer !== undefined);
  await client.close();
  await serving;
});

Deno.test("what the handler of a connection throws comes with its peer, and a failed accept with none", async () => {
  const contexts: ErrorContext[] = [];
  const failed = Promise.withResolvers<void>();
  const acceptor = new MemoryAcceptor();
  const listener = new Listener<StreamBody, unknown>(acceptor, {
    onError: (_error, context) => {
      contexts.push(context);
      if (contexts.length === 2) failed.resolve();
    },
  });
  const running = listener.run((peer) => {
    // Then its handle is empty.
    for (const half of peer.split()) half[Symbol.dispose]();
    throw new Error("broken");
  });
  const client = Peer.spawn(await acceptor.connect());
  await client.closed;
  acceptor.fail(new Error("reset"));
  await failed.promise;
  const [thrown, accept] = contexts;
  assertEquals(thrown?.peer?.info, { transport: "memory" });
  assertEquals(thrown?.peer?.stats().transport, "memory");
  assertEquals(accept, {});
  await client.close();
  await listener.shutdown();
  await running;
});
