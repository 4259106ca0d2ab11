/**
 * One end of the connections of `idle.ts`: `serve ADDRESS`, or `connect ADDRESS
 * COUNT WAITING`. Each connection is busy for a moment first. Then WAITING of them
 * send a request that is never answered.
 *
 * A line on stdin, with a time in milliseconds, is answered with the CPU time of
 * the whole process in that time, in milliseconds.
 *
 * @module
 */
import process from "node:process";
import { connect, listen, type PeerHandle } from "../../mod.ts";
import { callEcho, inFlight } from "./rpc_client.ts";
import { service } from "./shape.ts";
import { linesOf } from "../../tools/lines_of.ts";

const SILENT = 99;

const [role, address = "", count = "0", waiting = "0"] = Deno.args;
if (role === "serve") {
  const unanswered = new Set<unknown>();
  listen(address).run((peer) =>
    peer.serve({
      [service.ECHO]: (_request, body) => body,
      [SILENT]: (request) => {
        unanswered.add(request);
        return new Promise<never>(() => {});
      },
    })
  );
} else {
  const peers: PeerHandle[] = [];
  for (let i = 0; i < Number(count); i++) {
    const peer = await connect(address);
    await inFlight(() => callEcho(peer, new Uint8Array(1)), 256, 64);
    peers.push(peer);
  }
  for (const peer of peers.slice(0, Number(waiting))) {
    await peer.sendRequest(SILENT, new Uint8Array(1));
  }
}
console.log("ready");

const lines = linesOf(Deno.stdin.readable);
for await (const line of lines) {
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, Number(line)));
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1000);
}
Deno.exit();
