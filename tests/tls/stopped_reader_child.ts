/**
 * A server by TLS whose certificate is its argument, as JSON. Prints its port. Of its
 * first connection it takes nothing; on the others service 1 echoes, and service 2
 * tells how much memory the process has.
 */
import { bind } from "../../endpoints/tls.ts";

const MIB = 1024 * 1024;
const listener = await bind("tls://127.0.0.1:0", {
  ...JSON.parse(Deno.args[0]!),
  maxBodyLenRead: MIB,
  maxInboxBytes: MIB,
});
console.log(listener.addr.port);
const stopped = await listener.accept();
const running = listener.run((peer) =>
  peer.serve({
    1: (_request, body) => body,
    2: () => String(Deno.memoryUsage().rss),
  })
);
await Promise.all([stopped.closed, running]);
