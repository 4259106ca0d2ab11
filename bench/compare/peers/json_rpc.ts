/** vscode-jsonrpc over a socket. JSON has no bytes, so they go as base64. @module */
import { Buffer } from "node:buffer";
import net from "node:net";
import rpc from "vscode-jsonrpc/node";
import type { ContestantClient } from "../contestant.ts";

function connectionOf(socket: net.Socket): rpc.MessageConnection {
  socket.setNoDelay(true);
  return rpc.createMessageConnection(
    new rpc.SocketMessageReader(socket),
    new rpc.SocketMessageWriter(socket),
  );
}

/** Starts the server. */
export async function serve(): Promise<string> {
  const server = net.createServer((socket) => {
    const connection = connectionOf(socket);
    let count = 0;
    connection.onRequest("echo", (body: string) => body);
    connection.onNotification("send", () => void count++);
    connection.onRequest("arrived", () => {
      const arrived = count;
      count = 0;
      return arrived;
    });
    connection.listen();
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  return String((server.address() as net.AddressInfo).port);
}

/** Connects a client. */
export async function connect(port: string): Promise<ContestantClient> {
  const socket = net.connect(Number(port), "127.0.0.1");
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once("connect", resolve);
  await promise;
  const connection = connectionOf(socket);
  connection.listen();
  return {
    async call(body) {
      const text = Buffer.from(body).toString("base64");
      const answer = await connection.sendRequest<string>("echo", text);
      return Buffer.from(answer, "base64");
    },
    send: (body) =>
      connection.sendNotification(
        "send",
        Buffer.from(body).toString("base64"),
      ),
    arrived: () => connection.sendRequest("arrived"),
    [Symbol.asyncDispose]() {
      connection.dispose();
      socket.destroy();
      return Promise.resolve();
    },
  };
}
