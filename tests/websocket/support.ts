import { createServer, type Server } from "node:http";
import type { Buffer } from "node:buffer";
import {
  acceptWebSocket,
  acceptWebSocketUpgrade,
  bind,
  type WebSocketHandler,
  type WebSocketServeOptions,
} from "../../endpoints/websocket.ts";

/** A server of WebSockets of any kind. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  readonly url: `ws://${string}`;
}

type Start = (
  handler: WebSocketHandler,
  options: WebSocketServeOptions,
) => Promise<TestServer>;

function testServer(port: number, stop: () => Promise<unknown>): TestServer {
  return {
    port,
    url: `ws://127.0.0.1:${port}/rpc`,
    [Symbol.asyncDispose]: async () => void await stop(),
  };
}

/** Ends a server of `node:http` and all its connections. */
function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** All ways to serve WebSockets. */
export const SERVERS: readonly (readonly [name: string, start: Start])[] = [
  ["bind", async (handler, options) => {
    const listener = await bind("ws://127.0.0.1:0/rpc", options);
    listener.run(handler);
    return testServer(listener.addr.port, () => listener.shutdown());
  }],
  ["Deno.serve", (handler, options) => {
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => acceptWebSocket(request, handler, options),
    );
    const { port } = server.addr;
    return Promise.resolve(testServer(port, () => server.shutdown()));
  }],
  ["node:http", async (handler, options) => {
    const server = createServer((_request, response) => {
      response.end("Hello");
    });
    server.on(
      "upgrade",
      (request, socket, head: Buffer) =>
        acceptWebSocketUpgrade(request, socket, head, handler, options),
    );
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve())
    );
    const address = server.address();
    if (address === null || typeof address === "string") {
      throw new Error("The server has no port");
    }
    return testServer(address.port, () => stopServer(server));
  }],
];

/** What a server answers to a handshake. */
export interface Answer extends AsyncDisposable {
  readonly status: number;
  /** The status line and the headers. */
  readonly head: string;
  /** The text of a refusal. */
  readonly text: string;
  /** The connection, of a handshake that was accepted. */
  readonly conn: Deno.TcpConn;
}

const HANDSHAKE = {
  "Upgrade": "websocket",
  "Connection": "Upgrade",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** Shakes hands byte by byte, so that every header can be what it likes; null leaves one out. */
export async function shakeHands(
  port: number,
  headers: Readonly<Record<string, string | null>> = {},
  path = "/rpc",
): Promise<Answer> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const all = { Host: `127.0.0.1:${port}`, ...HANDSHAKE, ...headers };
  const lines = Object.entries(all).filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}`);
  const request = [`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n");
  await conn.write(new TextEncoder().encode(request));
  let received = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4096);
  while (!isComplete(received)) {
    const n = await conn.read(buffer);
    if (n === null) break;
    received += decoder.decode(buffer.subarray(0, n), { stream: true });
  }
  const end = received.indexOf("\r\n\r\n");
  const head = received.slice(0, end);
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    head,
    text: received.slice(end + 4),
    conn,
    [Symbol.asyncDispose]: () => {
      conn.close();
      return Promise.resolve();
    },
  };
}

/** Whether a whole answer is there: an upgrade has no body. */
function isComplete(received: string): boolean {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return false;
  if (received.startsWith("HTTP/1.1 101")) return true;
  const length = /^content-length: *(\d+)/im.exec(received.slice(0, end));
  return received.length - end - 4 >= Number(length?.[1] ?? 0);
}

/** A frame of a WebSocket as clients send it, masked by zeros. */
export function clientFrame(
  opcode: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const head = length < 126
    ? [0x80 | length]
    : length < 65536
    ? [0x80 | 126, length >> 8, length & 0xff]
    : [
      0x80 | 127,
      0,
      0,
      0,
      0,
      length >>> 24,
      (length >> 16) & 0xff,
      (length >> 8) & 0xff,
      length & 0xff,
    ];
  const frame = new Uint8Array(1 + head.length + 4 + length);
  frame[0] = 0x80 | opcode;
  frame.set(head, 1);
  frame.set(payload, 1 + head.length + 4);
  return frame;
}

/** The base64url text of a token, as it travels. */
export function tokenProtocol(token: string): string {
  const text = new TextEncoder().encode(token)
    .toBase64({ alphabet: "base64url", omitPadding: true });
  return `fizyr-rpc.token.${text}`;
}
