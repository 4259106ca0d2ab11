/**
 * A server on TCP: greets whoever asks. End it with Ctrl+C.
 *
 *     deno run --allow-net=127.0.0.1 examples/tcp_server.ts [ADDRESS]
 *
 * The address is 127.0.0.1:1337 unless given; port 0 picks a free port. For
 * another host, name that one in --allow-net.
 */
import { listen } from "@fizyr/rpc/transports/tcp";
import { greet } from "./greeting.ts";

await using listener = listen(Deno.args[0] ?? "127.0.0.1:1337", {
  onError: (error) => console.error("error:", error),
  drainTimeout: 1000,
});
Deno.addSignalListener("SIGINT", () => listener.close());

const { hostname, port } = listener.addr;
const host = hostname.includes(":") ? `[${hostname}]` : hostname;
console.log(`Listening on tcp://${host}:${port}`);

await listener.run(async (peer) => {
  const { port } = peer.info.remoteAddr;
  console.log(`Port ${port} connected`);
  await greet(peer);
  console.log(`Port ${port} is gone`);
});
