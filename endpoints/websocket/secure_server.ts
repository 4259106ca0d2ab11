import { systemClock } from "../../internal/clock.ts";
import type { ErrorReporter } from "../../internal/errors.ts";
import {
  AcceptRetry,
  Backoff,
  isExhaustion,
} from "../../listener/accept_retry.ts";
import type { TcpConn } from "../../transports/sockets/conn.ts";
import { bindTcp } from "../../transports/sockets/open_socket.ts";
import type { Secured } from "../../transports/tls/handshake.ts";
import type { NodeTlsSocket } from "../../transports/tls/node_tls.ts";
import { TlsAcceptor } from "../../transports/tls/tls_acceptor.ts";
import type {
  HttpServer,
  NodeHttpServer,
  ServerCertificate,
} from "./http_types.ts";
import { UnaskedSockets } from "./unasked_sockets.ts";

/** So long a client may take to ask for a WebSocket after its handshake, in milliseconds. */
const REQUEST_TIME = 60_000;

/**
 * Gives TLS connections to a server of `node:http`, for Deno: the sockets of its
 * `node:https` read without limit, also while a WebSocket is paused. These read only
 * while nothing waits to be taken.
 */
export class SecureServer implements HttpServer {
  readonly #server: NodeHttpServer;
  readonly #acceptor: TlsAcceptor<SecureSocket>;
  readonly #reporter: ErrorReporter | null;
  /** Those that have not become WebSockets. */
  readonly #unasked: UnaskedSockets<SecureSocket>;
  readonly #end = new AbortController();

  /**
   * Takes over a listening socket.
   *
   * @param reporter Gets the errors of handshakes; null drops them.
   */
  private constructor(
    server: NodeHttpServer,
    acceptor: TlsAcceptor<SecureSocket>,
    reporter: ErrorReporter | null,
  ) {
    this.#server = server;
    this.#acceptor = acceptor;
    this.#reporter = reporter;
    this.#unasked = new UnaskedSockets(reporter);
    this.#run();
  }

  /**
   * Listens.
   *
   * @throws {Error} What is thrown where an address can't be listened on.
   */
  static async listen(
    server: NodeHttpServer,
    target: { readonly hostname: string; readonly port: number },
    certificate: ServerCertificate,
    reporter: ErrorReporter | null,
  ): Promise<SecureServer> {
    const listener = await bindTcp(target, "wss");
    try {
      const acceptor = new TlsAcceptor(
        listener,
        certificate,
        (secured) => new SecureSocket(secured),
      );
      return new SecureServer(server, acceptor, reporter);
    } catch (error) {
      listener.close();
      throw error;
    }
  }

  /** The connection of a socket that asks for a WebSocket, which it may keep now. */
  take(socket: unknown): TcpConn | undefined {
    const asking = this.#unasked.take(socket);
    asking?.taken();
    return asking?.conn;
  }

  address(): { readonly address: string; readonly port: number } {
    const { hostname, port } = this.#acceptor.addr;
    return { address: hostname, port };
  }

  close(): void {
    this.#end.abort();
    this.#acceptor.close();
  }

  closeAllConnections(): void {
    this.#unasked.closeAll();
  }

  ref(): void {
    this.#acceptor.ref();
  }

  unref(): void {
    this.#acceptor.unref();
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    const report = (error: unknown) => this.#reporter?.report(error);
    const retry = new AcceptRetry(signal, report);
    let backoff = new Backoff();
    while (!signal.aborted) {
      try {
        this.#give(await this.#acceptor.accept());
        retry.succeeded();
        backoff = new Backoff();
      } catch (error) {
        if (signal.aborted) return;
        report(error);
        if (isExhaustion(error)) await backoff.wait(signal, true);
        else await retry.failed(error);
      }
    }
  }

  #give(socket: SecureSocket): void {
    const { tls } = socket;
    this.#unasked.add(tls, socket);
    tls.on("close", () => {
      this.#unasked.take(tls);
      socket.close();
    });
    this.#server.emit("connection", tls);
  }
}

/** A TLS connection that `node:http` reads. */
class SecureSocket {
  readonly #secured: Secured;
  readonly #stop: () => void;

  constructor(secured: Secured) {
    this.#secured = secured;
    const { tls, gate } = secured;
    // It reads on when the WebSocket does.
    tls.on("resume", () => gate.open());
    this.#stop = systemClock.start(() => this.close(), REQUEST_TIME);
  }

  get tls(): NodeTlsSocket {
    return this.#secured.tls;
  }

  get conn(): TcpConn {
    return this.#secured.conn;
  }

  /** It has asked in time. */
  taken(): void {
    this.#stop();
  }

  /** Ends it at once. Idempotent. */
  close(): void {
    this.#stop();
    this.#secured.tls.destroy();
    this.#secured.gate.close();
  }
}
