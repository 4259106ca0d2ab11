/**
 * The camera of the demo: serves on TCP and on a Unix socket. The demo starts it and
 * looks after it, asks where it listens, and ends it by the end of their connection.
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
import { connectToParent } from "@fizyr/rpc/supervise";
import { Camera, CameraNews, CameraProcess, LIMITS } from "./camera.ts";
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

const [path = "camera.sock"] = Deno.args;
await using tcp = await Listener.bind(TcpTransport, "127.0.0.1:0", options);
await using unix = await Listener.bind(UnixStreamTransport, path, options);
const tcpDone = tcp.run(async (peer) => {
  const { port } = peer.info.remoteAddr;
  console.log(`a client connected over TCP from port ${port}`);
  await serve(peer);
  console.log(`the client of port ${port} is gone`);
});
const unixDone = unix.run(async (peer) => {
  const who = peer.info.credentials;
  const process = who === null ? "a process" : `process ${who.pid}`;
  console.log(`${process} connected over a Unix socket`);
  await serve(peer);
  console.log(`${process} is gone`);
});
const addresses = [`tcp://127.0.0.1:${tcp.addr.port}`, `unix:${path}`];
for (const address of addresses) console.log(`listening on ${address}`);

// It returns when the demo has ended, or wants the camera to end.
await CameraProcess.serve(connectToParent(), { addresses: () => addresses });
tcp.close();
unix.close();
await Promise.all([tcpDone, unixDone]);
