/**
 * Conversations through the core, run where there is no `Deno`. Prints what it got,
 * as JSON.
 */
import { body, defineInterface } from "@fizyr/rpc/interface";
import { Listener } from "@fizyr/rpc/listener";
import { Peer } from "@fizyr/rpc/peer";
import { MessageHeader, MessageType } from "@fizyr/rpc/protocol";
import type { Acceptor } from "@fizyr/rpc/transports";
import { MemoryTransport } from "@fizyr/rpc/transports/memory";
import { StreamTransport } from "@fizyr/rpc/transports/stream";

const Camera = defineInterface({
  name: "Camera",
  services: {
    record: {
      id: 1,
      request: body<{ frames: number }>(),
      response: body<string>(),
      responseUpdates: { frame: { id: 1, body: body<number>() } },
    },
  },
});

/** A typed call with updates, over a listener in memory. */
async function typed(): Promise<unknown> {
  const [ours, theirs] = MemoryTransport.pair();
  const accepted = [theirs];
  const closed = Promise.withResolvers<MemoryTransport>();
  const acceptor: Acceptor<MemoryTransport> = {
    addr: { transport: "memory" },
    accept: () =>
      accepted.length > 0 ? Promise.resolve(accepted.pop()!) : closed.promise,
    close: () => closed.reject(new Error("closed")),
    ref: () => {},
    unref: () => {},
  };
  const listener = new Listener(acceptor);
  const running = listener.run((peer) =>
    Camera.serve(peer, {
      record: async function* ({ frames }) {
        for (let n = 1; n <= frames; n++) yield { name: "frame", body: n };
        return "done";
      },
    })
  );
  const peer = Peer.spawn(ours);
  const recording = await Camera.client(peer).record({ frames: 3 });
  const got: unknown[] = [];
  for await (const { body } of recording.updates()) got.push(body);
  got.push(await recording.response());
  await peer.close();
  await listener.shutdown();
  await running;
  return got;
}

/** A request with an update, a stream message and a call that is aborted, over byte streams. */
async function raw(): Promise<unknown> {
  const there = new TransformStream<Uint8Array<ArrayBuffer>>();
  const back = new TransformStream<Uint8Array<ArrayBuffer>>();
  const client = Peer.spawn(
    new StreamTransport({ readable: back.readable, writable: there.writable }),
    { extensions: true },
  );
  const server = Peer.spawn(
    new StreamTransport({ readable: there.readable, writable: back.writable }),
    { extensions: true },
  );
  const streamed = Promise.withResolvers<string>();
  const aborted = Promise.withResolvers<string>();
  const serving = server.serve({
    1: async (request, body) => {
      await request.sendUpdate(1, "half");
      return `Hello ${body.text()}`;
    },
    2: (_request, _body, { signal }) =>
      new Promise<string>((resolve) => {
        signal.addEventListener("abort", () => {
          aborted.resolve("aborted");
          resolve("");
        });
        client.sendStream(3, "streamed");
      }),
  }, { stream: (message) => streamed.resolve(message.text()) });
  const request = await client.sendRequest(1, "World");
  const update = await request.recvUpdate();
  const response = await request.recvResponse();
  const stop = new AbortController();
  const call = client.call(2, "", { signal: stop.signal })
    .catch((error: Error) => error.message);
  const got: unknown[] = [
    update?.text(),
    response.text(),
    await streamed.promise,
  ];
  stop.abort(new Error("stopped"));
  got.push(await call, await aborted.promise);
  await client.close();
  await serving;
  return got;
}

/** What a connection throws that nothing decides on. */
async function late(): Promise<unknown> {
  const [end] = MemoryTransport.pair();
  const options = {
    authorize: () => new Promise<void>(() => {}),
    authorizeTimeout: 1,
  };
  const connector = { connect: () => Promise.resolve(end) };
  // A timer of the library's own doesn't keep the program alive.
  const alive = setInterval(() => {}, 1000);
  try {
    return await Peer.connect(connector, "", options)
      .then(() => "connected", (error: Error) => error.name);
  } finally {
    clearInterval(alive);
  }
}

console.log(JSON.stringify({
  hasDeno: "Deno" in globalThis,
  header:
    MessageHeader.encode(new MessageHeader(MessageType.Request, 1, 2)).length,
  typed: await typed(),
  raw: await raw(),
  late: await late(),
}));
