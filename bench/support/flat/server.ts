/**
 * The server process of `bench/costs/flat.ts`: `MODULE ADDRESS`. Prints its address.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import type * as Library from "../../../mod.ts";
import { service } from "../shape.ts";
import { HOLD, LIMITS } from "./shape.ts";

const [module = "", address = ""] = Deno.args;
const { listen }: typeof Library = await import(module);
const never = new Promise<void>(() => {});
listen(address, LIMITS).run((peer) =>
  peer.serve({
    [service.ECHO]: (_request, body) => body,
    [service.CPU]: () => {
      const { user, system } = cpuUsage();
      return `${user + system}`;
    },
    [HOLD]: () => never,
  })
);
console.log(address);

// The pipe ends when the process that started this one ends, in any way.
for await (const _ of Deno.stdin.readable);
Deno.exit();
