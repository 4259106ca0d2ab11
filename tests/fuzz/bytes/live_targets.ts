/** Live peers and servers that are sent bytes. */
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { Connection } from "../../../peer/connection.ts";
import { PeerHandle } from "../../../peer/handles/peer_handle.ts";
import {
  bind,
  connect,
  type Listener,
  type PeerHandle as Handle,
  type StreamBody,
} from "../../../mod.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { HandClock } from "../../support/hand_clock.ts";
import { scriptedPair } from "../../support/scripted_duplex.ts";
import { writeAll } from "../../support/scripted_fill.ts";
import { parse, RESPONSE } from "../../support/scripted_frames.ts";
import {
  clientFrame,
  SERVERS,
  type TestServer,
} from "../../websocket/support.ts";
import { Prng } from "../prng.ts";
import { decodeSimply } from "../support.ts";
import {
  ENDS,
  type LiveServer,
  liveServer,
  Reports,
  serveAll,
  serverTarget,
} from "./server_target.ts";
import { type Bytes, documented, type Target, textBytes } from "./target.ts";
import { FRAMES, seedOf } from "./wire_targets.ts";

const peers: Target = {
  name: "a peer",
  corpus: [...FRAMES, concat(FRAMES)],
  words: FRAMES,
  async run(input) {
    const random = new Prng(seedOf(input));
    const clock = new HandClock();
    const reports = new Reports();
    const [here, there] = scriptedPair({}, { reads: [random.int(1, 500)] });
    const connection = new Connection(here.ioTransport(), {
      extensions: random.oneIn(2),
      maxOpenReceivedRequests: random.pick([1, 3, 4096]),
      onError: reports.onError,
    }, { clock });
    const peer = new PeerHandle(connection);
    connection.start();
    const serving = serveAll(peer);
    // Requests of its own, for the responses and updates that may come.
    const calls = [1, 2].map((id) => peer.call(id, "").catch(() => {}));
    await writeAll(there.output, input);
    there.output.endReads();
    // Handlers that wait for an update, which can't come any more.
    await Promise.all([serving, ...calls]);
    const error = await peer.closed;
    reports.check();
    checkSaid(there.input.log, input);
    const {
      openSentRequests,
      openReceivedRequests,
      queuedBytes,
      inboxMessages,
    } = peer.stats();
    assertEquals(
      [openSentRequests, openReceivedRequests, queuedBytes, inboxMessages],
      [0, 0, 0, 0],
    );
    assertEquals(clock.pending, 0);
    return error === null ? "taken" : documented(error, ENDS);
  },
};

/** What it says is frames, with no more responses than there were requests. */
function checkSaid(log: Bytes, input: Bytes): void {
  const { frames, rest } = parse(log);
  assertEquals(rest, 0);
  const responses = frames.filter(({ type }) => type === RESPONSE).length;
  const { messages } = decodeSimply(input, true, 8192);
  const requests = messages.filter(({ header }) => header.type === 0).length;
  assert(responses <= requests, `${responses} responses, ${requests} requests`);
}

async function startTcp(reactor: boolean): Promise<LiveServer> {
  const reports = new Reports();
  const listener: Listener<StreamBody, unknown> = await bind(
    "tcp://127.0.0.1:0",
    { reactor, onError: reports.onError },
  );
  const running = listener.run((peer) => serveAll(peer));
  const { port } = listener.addr as Deno.NetAddr;
  const client = await connect(`tcp://127.0.0.1:${port}`);
  return liveServer(reports, { port }, client, async () => {
    await listener.shutdown();
    await running;
  });
}

async function startUnix(reactor: boolean): Promise<LiveServer> {
  const reports = new Reports();
  const dir = new TempDir();
  const path = dir.file("socket");
  const address = `unix:${path}`;
  const options = { reactor, onError: reports.onError };
  const listener: Listener<StreamBody, unknown> = await bind(address, options);
  const running = listener.run((peer) => serveAll(peer));
  const client = await connect(address);
  const server = { transport: "unix", path } as const;
  return liveServer(reports, server, client, async () => {
    await listener.shutdown();
    await running;
    dir[Symbol.dispose]();
  });
}

async function startWebSocket(name: string): Promise<LiveServer> {
  const reports = new Reports((error) =>
    // Each handshake that is refused.
    (error as Error | null)?.constructor === Error
  );
  const start = SERVERS.find(([other]) => other === name)![1];
  const server: TestServer = await start(
    (peer: Pick<Handle<StreamBody, unknown>, "serve">) => serveAll(peer),
    { onError: reports.onError },
  );
  const { port, url } = server;
  const { connect: open } = await import("../../../endpoints/websocket.ts");
  const client = await open(url);
  return liveServer(reports, { port }, client, async () => {
    await server[Symbol.asyncDispose]();
  });
}

const UPGRADE = [
  "GET /rpc HTTP/1.1",
  "Host: 127.0.0.1",
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Protocol: fizyr-rpc",
  "",
  "",
].join("\r\n");

const BINARY = 2;
const HELLO = Uint8Array.of(0, 0, 0, 16, 0, 0, 0, 0, 0);

const WEB_SOCKET_FRAMES = [
  clientFrame(BINARY, HELLO),
  ...FRAMES.slice(0, 3).map((frame) =>
    clientFrame(BINARY, concat([Uint8Array.of(1), frame]))
  ),
  clientFrame(8, Uint8Array.of(3, 232)),
  clientFrame(9, Uint8Array.of(1)),
  clientFrame(1, textBytes("text")),
];

const WEB_SOCKET_CORPUS = [
  textBytes(UPGRADE),
  concat([textBytes(UPGRADE), ...WEB_SOCKET_FRAMES]),
  concat([textBytes(UPGRADE), ...WEB_SOCKET_FRAMES.slice(0, 4)]),
];

/** Live peers and servers that are sent bytes. */
export const LIVE_TARGETS: readonly Target[] = [
  peers,
  serverTarget("a TCP server", () => startTcp(false), [
    ...FRAMES,
    concat(FRAMES),
    textBytes("GET / HTTP/1.1\r\n\r\n"),
  ]),
  serverTarget("a TCP server on the reactor", () => startTcp(true), [
    ...FRAMES,
    concat(FRAMES),
  ]),
  serverTarget("a Unix server", () => startUnix(false), [
    ...FRAMES,
    concat(FRAMES),
  ]),
  serverTarget("a Unix server on the reactor", () => startUnix(true), [
    ...FRAMES,
    concat(FRAMES),
  ]),
  serverTarget(
    "a WebSocket server",
    () => startWebSocket("bind"),
    WEB_SOCKET_CORPUS,
    WEB_SOCKET_FRAMES,
  ),
  serverTarget(
    "a WebSocket server of Deno.serve",
    () => startWebSocket("Deno.serve"),
    WEB_SOCKET_CORPUS,
    WEB_SOCKET_FRAMES,
  ),
];
