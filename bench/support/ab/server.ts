/**
 * The server process of `bench/ab.ts`, on the library whose mod.ts is the first argument;
 * the second is the address; `reactor` behind it is for sockets on the reactor. Prints the
 * address it listens on.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import type * as Library from "../../../mod.ts";
import { serveWithHandlers } from "../rpc_server.ts";
import { optionsFor, service, socketOptions } from "../shape.ts";

const [module = "", address = "", sockets] = Deno.args;
const { listen }: typeof Library = await import(module);
const listener = listen(address, {
  ...optionsFor(address),
  ...socketOptions(sockets),
});
serveWithHandlers(listener, {
  [service.CPU]: () => {
    const { user, system } = cpuUsage();
    return `${user + system}`;
  },
});
const { addr } = listener;
console.log(
  addr.transport === "tcp" ? `tcp://127.0.0.1:${addr.port}` : address,
);

// The pipe ends when the process that started this one ends, in any way.
for await (const _ of Deno.stdin.readable);
Deno.exit();
