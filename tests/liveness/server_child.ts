/** A server that answers service 1, and none of the requests for service 2. Its first argument is where it listens. */
import { type Address, listen } from "../../mod.ts";

await using listener = listen(Deno.args[0] as Address);
const { addr } = listener;
console.log("port" in addr ? addr.port : "");
await listener.run((peer) =>
  peer.serve({ 1: () => "here", 2: () => new Promise<never>(() => {}) })
);
