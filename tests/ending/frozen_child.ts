/**
 * A server that says when it has read half a message. With `busy` as its first
 * argument it does nothing else then for twice its stallTimeout, which is the
 * second one.
 */
import { listen } from "../../mod.ts";
import { tick } from "../../internal/event_loop.ts";

const [mode, stallTimeout] = Deno.args;
const timeout = Number(stallTimeout);
const listener = listen("tcp://127.0.0.1:0", { stallTimeout: timeout });
console.log(listener.addr.port);
const peer = await listener.accept();
const serving = peer.serve({ 1: () => "answer" });
while (peer.stats().bytesReceived === 0) await tick();
console.log("half");
if (mode === "busy") {
  for (const end = performance.now() + 2 * timeout; performance.now() < end;);
}
await serving;
