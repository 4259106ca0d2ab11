/**
 * The camera of the demo: serves on TCP, and on a Unix socket if a path is given.
 * It prints its addresses, and ends when its stdin does.
 *
 *     deno run --allow-net=127.0.0.1 examples/demo/server.ts
 *     deno run --allow-net=127.0.0.1,unix:/tmp/camera.sock --allow-read=/tmp/camera.sock \
 *       --allow-write=/tmp/camera.sock examples/demo/server.ts /tmp/camera.sock
 *
 * With --allow-ffi on Linux it also tells which process is at the other end of a
 * Unix connection.
 */
import {
  Listener,
  type PeerHandle,
  TcpTransport,
  UnixStreamTransport,
} from "@fizyr/rpc";
import { Camera, CameraNews, LIMITS } from "./camera.ts";
import { record } from "./record.ts";

const options = {
  ...LIMITS,
  onError: (error: unknown) =>
    console.log("error:", error instanceof Error ? error.message : error),
};

/** Serves one client. */
async function serve(peer: PeerHandle): Promise<void> {
  const news = CameraNews.client(peer);
  let temperature = 38;
  const timer = setInterval(() => {
    temperature += 0.5;
    // It fails once the connection has ended, and serve() is about to return.
    news.temperature(temperature).catch(() => {});
  }, 250);
  await Camera.serve(peer, { name: () => "simulated camera", record });
  clearInterval(timer);
}

await using tcp = await Listener.bind(TcpTransport, "127.0.0.1:0", options);
const tcpDone = tcp.run(async (peer) => {
  const { port } = peer.info.remoteAddr;
  console.log(`a client connected over TCP from port ${port}`);
  await serve(peer);
  console.log(`the client of port ${port} is gone`);
});
console.log(`listening on tcp://127.0.0.1:${tcp.addr.port}`);

const [path] = Deno.args;
await using unix = path === undefined
  ? null
  : await Listener.bind(UnixStreamTransport, path, options);
const unixDone = unix?.run(async (peer) => {
  const who = peer.info.credentials;
  const process = who === null ? "a process" : `process ${who.pid}`;
  console.log(`${process} connected over a Unix socket`);
  await serve(peer);
  console.log(`${process} is gone`);
});
if (unix !== null) console.log(`listening on unix:${path}`);

for await (const _ of Deno.stdin.readable);
tcp.close();
unix?.close();
await Promise.all([tcpDone, unixDone]);
