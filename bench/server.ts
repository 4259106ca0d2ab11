/**
 * The server process of the benches, with raw and RPC listeners.
 *
 * Prints its addresses as one line of JSON, and ends when its stdin does.
 * The arguments name the transports: `tcp`, or `unix:FOLDER` and
 * `seqpacket:FOLDER` for their sockets. With `reactor`, the sockets that serve RPC
 * over TCP and Unix streams are on the reactor.
 *
 * @module
 */
import { type AddrOf, listen } from "../mod.ts";
import { serveRaw } from "./support/raw_server.ts";
import { serveByIterating, serveWithHandlers } from "./support/rpc_server.ts";
import { type Announcement, optionsFor } from "./support/shape.ts";

const announcement: Announcement = {};

if (Deno.args.includes("tcp")) {
  const raw = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  serveRaw(raw);
  announcement.tcp = {
    raw: { hostname: raw.addr.hostname, port: raw.addr.port },
    ...listenRpc("tcp://127.0.0.1:0", "tcp://127.0.0.1:0"),
  };
}

const unix = folderOf("unix");
if (unix !== undefined) {
  const path = `${unix}/raw`;
  serveRaw(Deno.listen({ transport: "unix", path }));
  announcement.unix = {
    raw: { transport: "unix", path },
    ...listenRpc(`unix:${unix}/serve`, `unix:${unix}/iterate`),
  };
}

const seqpacket = folderOf("seqpacket");
if (seqpacket !== undefined) {
  // Deno has no raw seqpacket sockets, so a stream takes their place.
  const path = `${seqpacket}/raw_seqpacket`;
  serveRaw(Deno.listen({ transport: "unix", path }));
  announcement.seqpacket = {
    raw: { transport: "unix", path },
    ...listenRpc(
      `unix+seqpacket:${seqpacket}/serve_seqpacket`,
      `unix+seqpacket:${seqpacket}/iterate_seqpacket`,
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
): { serve: string; iterate: string } {
  const options = {
    ...optionsFor(serveAddress),
    ...(Deno.args.includes("reactor") ? { reactor: true } : {}),
  };
  const serve = listen(serveAddress, options);
  const iterate = listen(iterateAddress, options);
  serveWithHandlers(serve);
  serveByIterating(iterate);
  return { serve: toAddress(serve.addr), iterate: toAddress(iterate.addr) };
}

function toAddress(addr: AddrOf<string>): string {
  if (addr.transport === "unix-seqpacket") return `unix+seqpacket:${addr.path}`;
  if (addr.transport === "unix-shm") return `unix+shm:${addr.path}`;
  if (addr.transport === "unix") return `unix:${addr.path}`;
  return `tcp://${addr.hostname}:${addr.port}`;
}
