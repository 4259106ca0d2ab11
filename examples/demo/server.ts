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
import { serve } from "@fizyr/rpc/interface";
import { connectToParent } from "@fizyr/rpc/supervise";
import { Camera, CameraProcess, LIMITS } from "./camera.ts";
import { record } from "./record.ts";

const options = {
  ...LIMITS,
  onError: (error: unknown) =>
    console.log("error:", error instanceof Error ? error.message : error),
};

// One for all connections, so that its figures are those of all.
const camera = Camera.implement({ name: () => "simulated camera", record });

/** Serves one client, which may ask what is served, and what was counted. */
async function serveCamera(peer: PeerHandle): Promise<void> {
  const { temperature } = Camera.streams;
  let degrees = 38;
  const timer = setInterval(() => {
    degrees += 0.5;
    // It fails once the connection has ended, and serve() is about to return.
    temperature.send(peer, degrees).catch(() => {});
  }, 250);
  const program = { name: "demo camera" };
  await serve(peer, camera, { describe: { program }, stats: true });
  clearInterval(timer);
}

const [path = "camera.sock"] = Deno.args;
await using tcp = await Listener.bind(TcpTransport, "127.0.0.1:0", options);
await using unix = await Listener.bind(UnixStreamTransport, path, options);
const tcpDone = tcp.run(async (peer) => {
  const { port } = peer.info.remoteAddr;
  console.log(`a client connected over TCP from port ${port}`);
  await serveCamera(peer);
  console.log(`the client of port ${port} is gone`);
});
const unixDone = unix.run(async (peer) => {
  const who = peer.info.credentials;
  const process = who === null ? "a process" : `process ${who.pid}`;
  console.log(`${process} connected over a Unix socket`);
  await serveCamera(peer);
  console.log(`${process} is gone`);
});
const addresses = [`tcp://127.0.0.1:${tcp.addr.port}`, `unix:${path}`];
for (const address of addresses) console.log(`listening on ${address}`);

// It returns when the demo has ended, or wants the camera to end.
await CameraProcess.serve(connectToParent(), { addresses: () => addresses });
tcp.close();
unix.close();
await Promise.all([tcpDone, unixDone]);
