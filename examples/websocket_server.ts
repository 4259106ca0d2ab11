/**
 * A web server that has a WebSocket beside its pages, and answers requests with an update
 * and a response.
 *
 *     deno run --allow-net=127.0.0.1 examples/websocket_server.ts [PORT]
 *
 * Ends on Control-C.
 */
import { acceptWebSocket } from "@fizyr/rpc/transports/websocket";
import { greet } from "./greeting.ts";

const port = Number(Deno.args[0] ?? 8080);
const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort());

const server = Deno.serve({
  hostname: "127.0.0.1",
  port,
  signal: stop.signal,
  onListen: ({ port }) =>
    console.log(`Listening on ws://127.0.0.1:${port}/rpc`),
}, (request, { remoteAddr }) => {
  if (new URL(request.url).pathname !== "/rpc") {
    return new Response("The pages of the cell\n");
  }
  return acceptWebSocket(request, async (peer) => {
    console.log("A client connected");
    await greet(peer);
    console.log("A client is gone");
  }, {
    remoteAddr,
    authorize: ({ token }) => token === "open sesame",
  });
});
await server.finished;
