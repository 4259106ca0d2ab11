/**
 * A server on a Unix stream socket: greets whoever asks. End it with Ctrl+C.
 *
 *     deno run --allow-read=rpc.sock --allow-write=rpc.sock \
 *       --allow-net=unix:$PWD/rpc.sock examples/unix_stream_server.ts [PATH]
 *
 * The path is rpc.sock unless given. With --allow-ffi on Linux it also tells
 * which process is at the other end.
 */
import { bind } from "@fizyr/rpc/transports/unix-stream";
import { greet } from "./greeting.ts";

// Unlike listen(), bind() needs no FFI to take the place of a socket file that is left over.
const path = Deno.args[0] ?? "rpc.sock";
await using listener = await bind(path, {
  onError: (error) => console.error("error:", error),
  drainTimeout: 1000,
});
Deno.addSignalListener("SIGINT", () => listener.close());
console.log(`Listening on unix:${listener.addr.path}`);

await listener.run(async (peer) => {
  const { credentials } = peer.info;
  const who = credentials === null ? "A process" : `Process ${credentials.pid}`;
  console.log(`${who} connected`);
  await greet(peer);
  console.log(`${who} is gone`);
});
