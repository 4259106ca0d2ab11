/**
 * The server of suspended_test.ts, over each address that is an argument; the first one
 * is that of TCP, whose port it says.
 */
import { bind } from "../../mod.ts";
import { serve } from "../../tools/soak/serve.ts";
import { TIMEOUTS } from "./suspended.ts";

const listeners = await Promise.all(
  Deno.args.map((address) => bind(address, TIMEOUTS)),
);
const [{ addr }] = listeners as unknown as [{ addr: { port: number } }];
console.log(addr.port);
await Promise.all(listeners.map((listener) => listener.run(serve)));
