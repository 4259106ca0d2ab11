/**
 * A server that is attacked. Its arguments are its address, its options as JSON, and
 * after how many milliseconds its slow service answers.
 */
import { bind, type ListenOptions } from "../../../mod.ts";

const [address, options, slow] = Deno.args;
const listener = await bind(address!, {
  ...JSON.parse(options!) as ListenOptions,
  onError() {},
});
const { addr } = listener;
console.log("port" in addr ? address!.replace(":0", `:${addr.port}`) : address);
listener.run((peer) =>
  peer.serve({
    1: (_request, body) => body,
    2: () => new Promise((resolve) => setTimeout(resolve, Number(slow), "")),
  }, { stream() {} })
);
// The parent has closed it, or is gone.
for await (const _chunk of Deno.stdin.readable);
Deno.exit();
