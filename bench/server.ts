/**
 * The server process of the benches, with raw and RPC listeners.
 *
 * Prints its addresses as one line of JSON, and ends when its stdin does.
 * The arguments name the transports: `tcp`, `tcp-reactor`, and `unix:FOLDER`,
 * `seqpacket:FOLDER` and `rings:FOLDER` for their sockets. With `reactor`, all
 * sockets that serve RPC over TCP and Unix streams are on the reactor.
 *
 * @module
 */
import { type AddrOf, listen } from "../mod.ts";
import { serveRaw } from "./support/raw_server.ts";
import { serveByIterating, serveWithHandlers } from "./support/rpc_server.ts";
import {
  type Announcement,
  listenAddress,
  optionsFor,
  type ServerAddresses,
} from "./support/shape.ts";

const announcement: Announcement = {};

for (const transport of ["tcp", "tcp-reactor"] as const) {
  if (!Deno.args.includes(transport)) continue;
  const raw = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  serveRaw(raw);
  const { hostname, port } = raw.addr;
  const address = listenAddress(transport, "");
  announcement[transport] = {
    raw: { hostname, port },
    ...listenRpc(address, address, transport === "tcp-reactor"),
  };
}

for (const transport of ["unix", "seqpacket", "rings"] as const) {
  const folder = folderOf(transport);
  if (folder === undefined) continue;
  // Of the raw sockets with a path Deno has only streams, which stand for all of them.
  const path = `${folder}/raw_${transport}`;
  serveRaw(Deno.listen({ transport: "unix", path }));
  announcement[transport] = {
    raw: { transport: "unix", path },
    ...listenRpc(
      listenAddress(transport, `${folder}/serve_${transport}`),
      listenAddress(transport, `${folder}/iterate_${transport}`),
    ),
  };
}

console.log(JSON.stringify(announcement));

// The pipe ends when the process that started this one ends, in any way.
for await (const _ of Deno.stdin.readable);
Deno.exit();

function folderOf(transport: string): string | undefined {
  const start = `${transport}:`;
  return Deno.args.find((arg) => arg.startsWith(start))?.slice(start.length);
}

function listenRpc(
  serveAddress: string,
  iterateAddress: string,
  reactor = Deno.args.includes("reactor"),
): Omit<ServerAddresses, "raw"> {
  const options = {
    ...optionsFor(serveAddress),
    ...(reactor ? { reactor } : {}),
  };
  const serve = listen(serveAddress, options);
  const iterate = listen(iterateAddress, options);
  serveWithHandlers(serve);
  serveByIterating(iterate);
  return {
    serve: toAddress(serve.addr),
    iterate: toAddress(iterate.addr),
    reactor,
  };
}

function toAddress(addr: AddrOf<string>): string {
  if (addr.transport === "unix-seqpacket") return `unix+seqpacket:${addr.path}`;
  if (addr.transport === "unix-shm") return `unix+shm:${addr.path}`;
  if (addr.transport === "unix") return `unix:${addr.path}`;
  return `tcp://${addr.hostname}:${addr.port}`;
}
