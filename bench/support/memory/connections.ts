/**
 * One end of the idle connections of `bench/costs/memory.ts`: `MODULE serve ADDRESS`, or
 * `MODULE connect ADDRESS`, with `reactor` behind it for sockets on the reactor. An
 * address that begins with `raw:` is a Unix socket
 * without the library, with a read under way into 4 KiB.
 *
 * Lines on stdin: `connect N` makes so many connections, and a call on each; `work`
 * makes each busy for a moment; `usage` is answered with what the process holds.
 *
 * @module
 */
import type * as Library from "../../../mod.ts";
import { linesOf } from "../../../tools/lines_of.ts";
import { callEcho, echoInFlight } from "../rpc_client.ts";
import { optionsFor, service, socketOptions } from "../shape.ts";
import { usage } from "./usage.ts";

const [module = "", role = "", address = "", sockets] = Deno.args;
const raw = address.startsWith("raw:");
const path = address.slice("raw:".length);
const { connect, listen }: typeof Library = await import(module);
const options = {
  ...optionsFor(address),
  ...socketOptions(sockets),
};
const peers: Library.PeerHandle[] = [];

if (role === "serve") {
  if (raw) serveRaw();
  else {
    const listener = listen(address, options);
    listener.run((peer) =>
      peer.serve({ [service.ECHO]: (_request, body) => body })
    );
    const { addr } = listener;
    const at = addr.transport === "tcp" ? `tcp://127.0.0.1:${addr.port}` : null;
    console.log(at ?? address);
  }
} else console.log("ready");

/** What a line does. */
const STEPS: Record<string, (count: number) => Promise<void> | void> = {
  async connect(count) {
    for (let i = 0; i < count; i++) {
      if (raw) await connectRaw();
      else {
        const peer = await connect(address, options);
        peers.push(peer);
        await callEcho(peer, new Uint8Array(32));
      }
    }
  },
  async work() {
    for (const peer of peers) {
      await echoInFlight(peer, new Uint8Array(32), 128, 64);
      await callEcho(peer, new Uint8Array(60_000));
    }
  },
  usage() {
    console.log(JSON.stringify(usage()));
  },
};

for await (const line of linesOf(Deno.stdin.readable)) {
  const [step = "", count] = line.split(" ");
  await STEPS[step]!(Number(count));
  if (line !== "usage") console.log("done");
}
Deno.exit();

async function serveRaw(): Promise<void> {
  const listener = Deno.listen({ transport: "unix", path });
  console.log(address);
  for await (const conn of listener) echo(conn);
}

async function echo(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(4096);
  for (;;) {
    const n = await conn.read(buffer);
    if (n === null) break;
    await conn.write(buffer.subarray(0, n));
  }
}

async function connectRaw(): Promise<void> {
  const conn = await Deno.connect({ transport: "unix", path });
  await conn.write(new Uint8Array(48));
  const buffer = new Uint8Array(4096);
  await conn.read(buffer);
  conn.read(buffer);
}
