/**
 * Run by descriptors_test.ts, in a process of its own: /proc/self/fd counts all
 * descriptors. Writes one line of JSON for each way of ending.
 */
import {
  connect,
  type ConnectOptions,
  listen,
  type Listener,
  MemoryTransport,
  Peer,
  type PeerHandle,
  type RpcError,
  type Transport,
} from "../../mod.ts";
import { frame, REQUEST } from "../support/scripted_frames.ts";
import { sized } from "../support/suite/long.ts";
import { tick } from "../../internal/event_loop.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { openSignalSockets } from "../support/processes/signal_sockets.ts";

openSignalSockets();

const ROUNDS = sized(4, 200);
const WARM_UP = 5;
const ATTEMPTS = 3;

/** Where the ends of a round meet. */
interface Scene {
  readonly listener: Listener;
  connect(options?: ConnectOptions): Promise<PeerHandle>;
  raw(): Promise<Deno.Conn>;
}

/** Connects, and has the accepted peer too. */
async function pair(scene: Scene): Promise<[PeerHandle, PeerHandle]> {
  const accepted = scene.listener.accept();
  const peer = await scene.connect();
  return [peer, await accepted];
}

/** Connects a raw socket, and has the accepted peer too. */
async function rawPair(scene: Scene): Promise<[Deno.Conn, PeerHandle]> {
  const accepted = scene.listener.accept();
  const conn = await scene.raw();
  return [conn, await accepted];
}

/** The ways in which connections end. */
const WAYS: Record<string, (scene: Scene) => Promise<void>> = {
  async "closed by one side"(scene) {
    const [a, b] = await pair(scene);
    await a.close();
    await b.closed;
  },
  async "closed by both sides, with everything pending"(scene) {
    const [a, b] = await pair(scene);
    const request = await a.sendRequest(1, "");
    const message = await b.recvMessage();
    // What fails is looked at by nobody, as it is in a careless program.
    const pending = [
      request.recvResponse(),
      request.recvUpdate(),
      message?.kind === "request" ? message.request.recvUpdate() : null,
      a.recvMessage(),
      b.recvMessage(),
      a.call(2, ""),
    ];
    const settled = Promise.allSettled(pending);
    await Promise.all([a.close(), b.close()]);
    await settled;
  },
  async "ended cleanly by a raw socket"(scene) {
    const [conn, peer] = await rawPair(scene);
    await conn.write(frame(REQUEST, 1, 1));
    await conn.closeWrite();
    const message = await peer.recvMessage();
    if (message?.kind === "request") await message.request.sendResponse(1, "");
    await peer.closed;
    conn.close();
  },
  async "cut inside a message"(scene) {
    const [conn, peer] = await rawPair(scene);
    await conn.write(frame(REQUEST, 1, 1, "body").subarray(0, 18));
    conn.close();
    await peer.closed;
  },
  async "reset with unread data"(scene) {
    const [conn, peer] = await rawPair(scene);
    const request = await peer.sendRequest(1, "unread");
    const response = request.recvResponse().catch(() => {});
    conn.close();
    await response;
    await peer.closed;
  },
  async "a bad frame"(scene) {
    const [conn, peer] = await rawPair(scene);
    await conn.write(new Uint8Array(16));
    await peer.closed;
    conn.close();
  },
  async "all handles released"(scene) {
    const [a, b] = await pair(scene);
    const [reader, writer] = a.split();
    reader[Symbol.dispose]();
    writer[Symbol.dispose]();
    await Promise.all([writer.closed, b.closed]);
  },
  async "refused by the connecting side's authorize"(scene) {
    const accepted = scene.listener.accept();
    const refused = scene.connect({ authorize: () => false });
    await refused.catch(() => {});
    await (await accepted).closed;
  },
  async "connecting is aborted before"(scene) {
    await scene.connect({ signal: AbortSignal.abort() }).catch(() => {});
  },
  async "connecting is aborted while it is under way"(scene) {
    const accepted = scene.listener.accept();
    const controller = new AbortController();
    const connecting = scene.connect({ signal: controller.signal });
    controller.abort();
    await connecting.then((peer) => peer.close(), () => {});
    // It may have got through or not; this one does.
    const [peer, other] = await Promise.all([scene.connect(), accepted]);
    await Promise.all([peer.close(), other.close()]);
  },
};

/** The ways that need a listener of their own. */
const LISTENERS: Record<
  string,
  (bind: (options?: object) => Scene) => Promise<void>
> = {
  async "refused by the listener's authorize"(bind) {
    const scene = bind({
      authorize: () => Promise.resolve(false),
      // The refusals are expected: the console needn't show 200 of them.
      onError() {},
    });
    const running = scene.listener.run(() => {});
    for (let i = 0; i < 10; i++) await (await scene.connect()).closed;
    scene.listener.close();
    await running;
  },
  async "the listener closes while it accepts"(bind) {
    const scene = bind();
    const accepting = scene.listener.accept().catch(() => {});
    const connecting = Array.from(
      { length: 10 },
      () => scene.connect().catch(() => null),
    );
    scene.listener.close();
    const accepted = await accepting;
    for (const peer of await Promise.all(connecting)) await peer?.close();
    await accepted?.close();
  },
  async "the listener closes while it asks authorize"(bind) {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<boolean>();
    const scene = bind({
      authorize: () => {
        asked.resolve();
        return answer.promise;
      },
    });
    const accepting = scene.listener.accept().catch(() => {});
    const peer = await scene.connect();
    await asked.promise;
    scene.listener.close();
    await accepting;
    answer.resolve(true);
    await peer.closed;
  },
  async "stalled"(bind) {
    const scene = bind({ stallTimeout: 1 });
    const [conn, peer] = await rawPair(scene);
    await conn.write(new Uint8Array([1]));
    const error: RpcError | null = await peer.closed;
    if (error?.code !== "limit-exceeded") throw error;
    conn.close();
    scene.listener.close();
  },
  async "the listener is disposed with handlers that run"(bind) {
    const scene = bind({ drainTimeout: 0 });
    const running = scene.listener.run((peer) => peer.serve({}));
    const peers = await Promise.all([scene.connect(), scene.connect()]);
    await Promise.allSettled(peers.map((peer) => peer.call(1, "")));
    await scene.listener[Symbol.asyncDispose]();
    await running;
    await Promise.all(peers.map((peer) => peer.closed));
  },
};

/** Over a transport of the user's own, whose writes are stuck. */
async function replies(): Promise<void> {
  const [here, there] = MemoryTransport.pair();
  const stuck: Transport = {
    readable: here.readable,
    writable: new WritableStream({ write: () => new Promise(() => {}) }),
    info: null,
    check: () => null,
    close: () => here.close(),
  };
  const peer = Peer.spawn(stuck, { closeTimeout: 1 });
  const other = Peer.spawn(there);
  const taken = peer.recvMessage();
  const request = await other.sendRequest(1, "");
  const failed = request.recvResponse().catch(() => {});
  const message = await taken;
  if (message?.kind === "request") message.request[Symbol.dispose]();
  await Promise.all([peer.close(), other.close(), failed]);
}

function descriptors(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

/** Waits until closed sockets are gone, or for as many turns as that never takes. */
async function settledDescriptors(expected: number): Promise<number> {
  for (let i = 0; i < 200 && descriptors() > expected; i++) {
    await tick();
  }
  return descriptors();
}

const unhandled: string[] = [];
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  unhandled.push(String(event.reason));
});

using folder = new TempDir();
let sockets = 0;

/** A kind of sockets. */
interface Sockets {
  readonly transport: "tcp" | "unix";
  readonly reactor: boolean;
}

function bind(
  { transport, reactor }: Sockets,
  given: object = {},
): Scene {
  const options = { ...given, reactor };
  if (transport === "tcp") {
    const listener = listen("tcp://127.0.0.1:0", options);
    const { port } = listener.addr;
    return {
      listener,
      connect: (more) =>
        connect({ transport: "tcp", port }, { ...more, reactor }),
      raw: () => Deno.connect({ port }),
    };
  }
  const path = `${folder.path}/${sockets++}`;
  return {
    listener: listen(`unix:${path}`, options),
    connect: (more) => connect(`unix:${path}`, { ...more, reactor }),
    raw: () => Deno.connect({ transport: "unix", path }),
  };
}

/** Runs one way of ending over and over; the first rounds load what the runtime keeps. */
async function measure(
  name: string,
  round: () => Promise<void>,
): Promise<void> {
  for (let i = 0; i < WARM_UP; i++) await round();
  let before = 0;
  let after = 0;
  // The runtime opens some of its own at its own time; a leak comes again.
  for (let i = 0; i < ATTEMPTS; i++) {
    before = descriptors();
    for (let i = 0; i < ROUNDS; i++) await round();
    after = await settledDescriptors(before);
    if (after <= before) break;
  }
  console.log(JSON.stringify({ name, before, after, unhandled }));
  unhandled.length = 0;
}

const KINDS: Record<string, Sockets> = {
  tcp: { transport: "tcp", reactor: false },
  unix: { transport: "unix", reactor: false },
  "tcp on the reactor": { transport: "tcp", reactor: true },
  "unix on the reactor": { transport: "unix", reactor: true },
};

for (const [kind, sockets] of Object.entries(KINDS)) {
  const scene = bind(sockets);
  for (const [name, way] of Object.entries(WAYS)) {
    await measure(`${kind}: ${name}`, () => way(scene));
  }
  scene.listener.close();
  for (const [name, way] of Object.entries(LISTENERS)) {
    await measure(
      `${kind}: ${name}`,
      () => way((options) => bind(sockets, options)),
    );
  }
}
await measure("memory: replies of our own that are never written", replies);
