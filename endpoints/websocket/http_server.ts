import { nodeModule } from "../../internal/runtime/node.ts";
import { fromNodeError } from "../../internal/runtime/node_error.ts";
import { withAddress } from "../../transports/address_error.ts";
import type { HttpMessage } from "../../transports/websocket/ws.ts";
import type { Upgrade, UpgradeSocket } from "./upgrade_socket.ts";

/** A response of `node:http` to a request. */
interface ServerResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  end(text: string): unknown;
}

/** A server of `node:http`. */
export interface HttpServer {
  /** Where it listens. */
  address(): { readonly address: string; readonly port: number } | null;
  /** Stops listening. */
  close(): void;
  /** Ends the connections that are no WebSockets. */
  closeAllConnections(): void;
  /** Lets it keep the program alive. */
  ref(): void;
  /** Lets the program end while it listens. */
  unref(): void;
  /** Listens. */
  listen(port: number, hostname: string): void;
  /** Adds a listener. */
  // deno-lint-ignore no-explicit-any
  on(event: string, listener: (...values: any[]) => void): unknown;
}

interface NodeHttp {
  createServer(
    answer: (request: HttpMessage, response: ServerResponse) => void,
  ): HttpServer;
}

/**
 * Starts a server of `node:http` that has nothing but WebSockets.
 *
 * @throws {Error} What is thrown where an address can't be listened on, such as
 * AddrInUse.
 */
export function startHttpServer(
  hostname: string,
  port: number,
  onUpgrade: (upgrade: Upgrade) => void,
): Promise<HttpServer> {
  const { createServer } = nodeModule<NodeHttp>(
    "node:http",
    "A WebSocket server",
  );
  const server = createServer((_request, response) => {
    response.writeHead(426, {
      "content-type": "text/plain; charset=utf-8",
      "upgrade": "websocket",
      "connection": "close",
    });
    response.end("This is the address of a WebSocket\n");
  });
  server.on(
    "upgrade",
    (request: HttpMessage, socket: UpgradeSocket, head: Uint8Array) =>
      onUpgrade({ request, socket, head }),
  );
  return new Promise((resolve, reject) => {
    server.on("error", (error) => {
      const doing = `Cannot listen on ws://${hostname}:${port}`;
      reject(withAddress(fromNodeError(error), doing));
    });
    server.on("listening", () => resolve(server));
    server.listen(port, hostname);
  });
}
