/**
 * A client on a Unix stream socket: sends one request, and prints its updates and
 * the response.
 *
 *     deno run --allow-read=rpc.sock --allow-write=rpc.sock \
 *       --allow-net=unix:$PWD/rpc.sock examples/unix_stream_client.ts [PATH] [TEXT]
 *
 * The path is that of unix_stream_server.ts, rpc.sock unless given. With
 * --allow-ffi on Linux it also tells which process is at the other end.
 */
import { connect } from "@fizyr/rpc/transports/unix-stream";
import { ask } from "./greeting.ts";

const [path = "rpc.sock", text = "Hello World!"] = Deno.args;

await using peer = await connect(path);
const { credentials } = peer.info;
const who = credentials === null ? "a server" : `process ${credentials.pid}`;
console.log(`Connected to ${who}`);
await ask(peer, text);
