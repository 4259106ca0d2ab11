import { bindTcp } from "../../transports/sockets/open_socket.ts";
import type { TcpConn } from "../../transports/sockets/conn.ts";
import type { Secured } from "../../transports/tls/handshake.ts";
import type { NodeTlsSocket } from "../../transports/tls/node_tls.ts";
import { TlsAcceptor } from "../../transports/tls/tls_acceptor.ts";
import type { ServerCertificate } from "./http_types.ts";
import type { HttpAcceptor, HttpConnection } from "./socket_server.ts";

/** A TLS connection that reads only while nothing waits to be taken. */
class SecureConnection implements HttpConnection {
  readonly #secured: Secured;

  constructor(secured: Secured) {
    this.#secured = secured;
    const { tls, gate } = secured;
    // It reads on when the WebSocket does.
    tls.on("resume", () => gate.open());
  }

  get stream(): NodeTlsSocket {
    return this.#secured.tls;
  }

  get conn(): TcpConn {
    return this.#secured.conn;
  }

  close(): void {
    this.#secured.tls.destroy();
    this.#secured.gate.close();
  }
}

/**
 * Listens for TLS connections.
 *
 * @throws {Error} What is thrown where an address can't be listened on.
 */
export async function listenSecure(
  target: { readonly hostname: string; readonly port: number },
  certificate: ServerCertificate,
): Promise<HttpAcceptor> {
  const listener = await bindTcp(target, "wss");
  try {
    return new TlsAcceptor(
      listener,
      certificate,
      (secured) => new SecureConnection(secured),
    );
  } catch (error) {
    listener.close();
    throw error;
  }
}
