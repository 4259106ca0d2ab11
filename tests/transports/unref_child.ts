/**
 * Opens a connection and a listener, does with them what its arguments say, and
 * leaves them open. It ends by itself only if nothing keeps it alive.
 */
import { connect, listen } from "../../mod.ts";

const [address, kind] = Deno.args;
const listener = listen(address!);
const [client, server] = await Promise.all([
  connect(listener.addr),
  listener.accept(),
]);
// Both sides read, and an accept is under way.
const serving = server.serve({ 1: (_request, body) => body });
await client.call(1, "hello");
const waiting = client.recvMessage();
const accepting = listener.accept();
for (const promise of [serving, waiting, accepting]) promise.catch(() => {});
listener.unref();
if (kind === "peers") {
  client.unref();
  server.unref();
}
console.log("end of program");
