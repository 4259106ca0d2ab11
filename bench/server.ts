/**
 * The other process of the benches: raw and RPC listeners.
 *
 * Prints its addresses as one line of JSON, and ends when its stdin does.
 * The arguments name the transports: `tcp`, or `unix:FOLDER` for its sockets.
 *
 * @module
 */
import { listen } from "../mod.ts";
import { serveRaw } from "./support/raw_server.ts";
import { serveByIterating, serveWithHandlers } from "./support/rpc_server.ts";
import { type Announcement, rpcOptions } from "./support/shape.ts";

const announcement: Announcement = {};

if (Deno.args.includes("tcp")) {
  const raw = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  serveRaw(raw);
  announcement.tcp = {
    raw: { hostname: raw.addr.hostname, port: raw.addr.port },
    ...listenRpc("tcp://127.0.0.1:0", "tcp://127.0.0.1:0"),
  };
}

const folder = Deno.args.find((arg) => arg.startsWith("unix:"))?.slice(5);
if (folder !== undefined) {
  const path = `${folder}/raw`;
  serveRaw(Deno.listen({ transport: "unix", path }));
  announcement.unix = {
    raw: { transport: "unix", path },
    ...listenRpc(`unix:${folder}/serve`, `unix:${folder}/iterate`),
  };
}

console.log(JSON.stringify(announcement));

// The pipe ends with the process that started this one, however it ends.
for await (const _ of Deno.stdin.readable);
Deno.exit();

function listenRpc(
  serveAddress: string,
  iterateAddress: string,
): { serve: string; iterate: string } {
  const serve = listen(serveAddress, rpcOptions);
  const iterate = listen(iterateAddress, rpcOptions);
  serveWithHandlers(serve);
  serveByIterating(iterate);
  return { serve: toAddress(serve.addr), iterate: toAddress(iterate.addr) };
}

function toAddress(addr: Deno.Addr): string {
  if ("path" in addr) return `unix:${addr.path}`;
  if ("hostname" in addr) return `tcp://${addr.hostname}:${addr.port}`;
  throw new TypeError(`Unexpected address: ${addr.transport}`);
}
