import type { ErrorReporter } from "../../internal/errors.ts";
import { deno } from "../../internal/runtime/deno.ts";
import { fromNodeError, nodeModule } from "../../internal/runtime/node.ts";
import { withAddress } from "../../transports/sockets/open_socket.ts";
import type { HttpMessage } from "../../transports/websocket/ws.ts";
import { formatHostPort } from "../../transports/sockets/host_port.ts";
import type {
  HttpServer,
  NodeHttpServer,
  ServerCertificate,
} from "./http_types.ts";
import { UnaskedSockets } from "./unasked_sockets.ts";
import type { Upgrade, UpgradeSocket } from "./upgrade_socket.ts";

/** A response of `node:http` to a request. */
interface ServerResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  end(text: string): unknown;
}

type Answer = (request: HttpMessage, response: ServerResponse) => void;

interface NodeHttp {
  createServer(answer: Answer): NodeHttpServer;
}

interface NodeHttps {
  createServer(certificate: ServerCertificate, answer: Answer): NodeHttpServer;
}

/** Where a server listens, and how. */
export interface HttpServerOptions {
  /** The IP address or name. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
  /** For `wss://`; null, the default, is `ws://`. */
  readonly certificate?: ServerCertificate | null;
  /** Gets the errors of accepting and of TLS handshakes; null, the default, drops them. */
  readonly reporter?: ErrorReporter | null;
}

/**
 * Starts a server of `node:http` or `node:https` that has nothing but WebSockets.
 *
 * @throws {Error} What is thrown where an address can't be listened on, such as
 * AddrInUse.
 */
export async function startHttpServer(
  { hostname, port, certificate = null, reporter = null }: HttpServerOptions,
  onUpgrade: (upgrade: Upgrade) => void,
): Promise<HttpServer> {
  if (deno !== undefined) {
    const server = nodeHttp().createServer(answer);
    const target = { hostname, port };
    const acceptor = certificate === null
      ? await (await import("./plain_connection.ts")).listenPlain(target)
      : await (await import("./secure_connection.ts"))
        .listenSecure(target, certificate);
    const { SocketServer } = await import("./socket_server.ts");
    const sockets = new SocketServer(server, acceptor, reporter);
    server.on(
      "upgrade",
      (request: HttpMessage, socket: UpgradeSocket, head: Uint8Array) =>
        onUpgrade({ request, socket, head, conn: sockets.take(socket) }),
    );
    return sockets;
  }
  const server = certificate === null
    ? nodeHttp().createServer(answer)
    : nodeModule<NodeHttps>("node:https", WHAT)
      .createServer(certificate, answer);
  const unasked = new UnaskedSockets(reporter);
  server.on(
    certificate === null ? "connection" : "secureConnection",
    (socket: UpgradeSocket) => {
      unasked.add(socket, { close: () => socket.destroy() });
      socket.on("close", () => unasked.take(socket));
    },
  );
  server.on(
    "upgrade",
    (request: HttpMessage, socket: UpgradeSocket, head: Uint8Array) => {
      unasked.take(socket);
      onUpgrade({ request, socket, head });
    },
  );
  server.on("tlsClientError", (error) => reporter?.report(error));
  return await new Promise((resolve, reject) => {
    server.on("error", (error) => {
      const scheme = certificate === null ? "ws" : "wss";
      const where = formatHostPort(scheme, { hostname, port });
      reject(withAddress(fromNodeError(error), `Cannot listen on ${where}`));
    });
    server.on("listening", () => resolve(server));
    server.listen(port, hostname);
  });
}

const WHAT = "A WebSocket server";

function nodeHttp(): NodeHttp {
  return nodeModule("node:http", WHAT);
}

function answer(_request: HttpMessage, response: ServerResponse): void {
  response.writeHead(426, {
    "content-type": "text/plain; charset=utf-8",
    "upgrade": "websocket",
    "connection": "close",
  });
  response.end("This is the address of a WebSocket\n");
}
