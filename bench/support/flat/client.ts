/**
 * The client process of `bench/costs/flat.ts`: `MODULE ADDRESS CASE`. Each line on stdin is
 * answered with the CPU time of both processes for each call, in microseconds.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import type * as Library from "../../../mod.ts";
import { linesOf } from "../../../tools/lines_of.ts";
import { service } from "../shape.ts";
import { type FlatCase, HOLD, LIMITS } from "./shape.ts";

const [module = "", address = "", text = "{}"] = Deno.args;
const { connect }: typeof Library = await import(module);
const { open, idle, connections, width, calls }: FlatCase = JSON.parse(text);
const body = new Uint8Array(32);

const peers: Library.PeerHandle[] = [];
for (let i = 0; i < connections + idle; i++) {
  const peer = await connect(address, LIMITS);
  await peer.call(service.ECHO, body);
  peers.push(peer);
}
const [first] = peers;
const held: Promise<unknown>[] = [];
for (let i = 0; i < open; i++) held.push(first!.call(HOLD, body));
const busy = peers.slice(0, connections);

async function work(): Promise<void> {
  let left = calls;
  const caller = async (peer: Library.PeerHandle): Promise<void> => {
    while (left-- > 0) await peer.call(service.ECHO, body);
  };
  const callers = busy.flatMap((peer) =>
    Array.from({ length: width }, () => caller(peer))
  );
  await Promise.all(callers);
}

async function cpuTime(): Promise<number> {
  const { user, system } = cpuUsage();
  return user + system +
    Number((await first!.call(service.CPU, "")).text());
}

await work();
console.log("ready");
for await (const _ of linesOf(Deno.stdin.readable)) {
  const before = await cpuTime();
  await work();
  console.log((await cpuTime() - before) / calls);
}
Deno.exit();
