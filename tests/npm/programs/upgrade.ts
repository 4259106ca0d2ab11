/**
 * Servers of WebSockets besides `bind("ws://...")`, and clients of them in one program:
 * one of `node:http`, and one of `wss://`. Its argument is certificates, as JSON. Prints
 * what they say.
 */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import {
  acceptWebSocketUpgrade,
  bind,
  connect,
} from "@fizyr/rpc/transports/websocket";

const { cert, key, ca } = JSON.parse(process.argv[2]!);
const refused: string[] = [];

const server = createServer((_request, response) => response.end("a page"));
server.on("upgrade", (request, socket, head) =>
  acceptWebSocketUpgrade(
    request,
    socket,
    head,
    (peer) => peer.serve({ 1: (_request, body) => body }),
    {
      authorize: ({ token }) => token === "t",
      onError: (error) => refused.push((error as Error).message),
    },
  ));
await new Promise<void>((resolve) =>
  server.listen(0, "127.0.0.1", () => resolve())
);
const { port } = server.address() as AddressInfo;
const url = `ws://127.0.0.1:${port}/rpc` as const;
const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
const peer = await connect(url, { token: "t" });
const answer = (await peer.call(1, "upgraded")).text();
await peer.close();
const stranger = await connect(url, { token: "other" })
  .catch((error: Error) => error.name);
const foreign = await new Promise((resolve, reject) => {
  const asked = request({
    host: "127.0.0.1",
    port,
    path: "/rpc",
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      origin: "https://elsewhere.example",
    },
  });
  asked.on("response", (response) => resolve(response.statusCode));
  asked.on("upgrade", () => reject(new Error("It was taken")));
  asked.on("error", reject);
  asked.end();
});
server.close();
server.closeAllConnections();

const listener = await bind("wss://127.0.0.1:0/rpc", { cert, key });
listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
const secure = await connect(listener.addr, { caCerts: [ca] });
const secret = (await secure.call(1, "by TLS")).text();
await secure.close();
const untrusted = await connect(listener.addr)
  .catch((error: unknown) => error instanceof Error);
await listener.shutdown();

console.log(JSON.stringify({
  page,
  answer,
  stranger,
  foreign,
  refused: refused.length,
  secret,
  untrusted,
}));
process.exit();
