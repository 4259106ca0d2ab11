/** A server that is attacked: answers with what it got. The first argument is its options, as JSON. */
import { listen } from "../../../mod.ts";

const listener = listen("tcp://127.0.0.1:0", {
  ...JSON.parse(Deno.args[0]!),
  onError() {},
});
console.log(`tcp://127.0.0.1:${listener.addr.port}`);
listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
// The parent has closed it, or is gone.
for await (const _chunk of Deno.stdin.readable);
Deno.exit();
