import { type Clock, systemClock } from "../../internal/clock.ts";
import type { ErrorReporter } from "../../internal/errors.ts";
import {
  AcceptRetry,
  Backoff,
  isExhaustion,
} from "../../listener/accept_retry.ts";
import type { NetAddr, TcpConn } from "../../transports/sockets/conn.ts";
import type { HttpServer, NodeHttpServer } from "./http_types.ts";
import { UnaskedSockets } from "./unasked_sockets.ts";

/** So long a client may take to ask for a WebSocket, in milliseconds. */
export const REQUEST_TIME = 60_000;

/** A connection that `node:http` reads. */
export interface HttpConnection {
  /** What it reads. */
  readonly stream: {
    on(event: string, listener: (...values: never[]) => void): unknown;
  };
  /** The socket below. */
  readonly conn: TcpConn;
  /** Ends it at once. Idempotent. */
  close(): void;
}

/** Accepts connections for a server of `node:http`. */
export interface HttpAcceptor {
  /** Where it listens. */
  readonly addr: Pick<NetAddr, "hostname" | "port">;
  /** Waits for a connection; one call at a time. */
  accept(): Promise<HttpConnection>;
  /** Stops listening; a pending accept ends with an error. */
  close(): void;
  /** Lets it keep the program alive. */
  ref(): void;
  /** Lets the program end while it listens. */
  unref(): void;
}

/** A connection that has not become a WebSocket. */
interface Unasked {
  /** The socket below. */
  readonly conn: TcpConn;
  /** Stops its timer. */
  stop(): void;
  /** Ends it at once. */
  close(): void;
}

/**
 * Gives connections to a server of `node:http`, for Deno, whose `node:net` accepts no
 * more after the first accept that fails, such as for want of descriptors, and whose TLS
 * sockets read without limit.
 */
export class SocketServer implements HttpServer {
  readonly #server: NodeHttpServer;
  readonly #acceptor: HttpAcceptor;
  readonly #reporter: ErrorReporter | null;
  readonly #clock: Clock;
  readonly #unasked: UnaskedSockets<Unasked>;
  readonly #end = new AbortController();

  /**
   * Takes over a listening socket.
   *
   * @param reporter Gets the errors of accepting; null drops them.
   */
  constructor(
    server: NodeHttpServer,
    acceptor: HttpAcceptor,
    reporter: ErrorReporter | null,
    clock: Clock = systemClock,
  ) {
    this.#server = server;
    this.#acceptor = acceptor;
    this.#reporter = reporter;
    this.#clock = clock;
    this.#unasked = new UnaskedSockets(reporter);
    this.#run();
  }

  /** The connection of a stream that asks for a WebSocket, which it may keep now. */
  take(stream: unknown): TcpConn | undefined {
    const unasked = this.#unasked.take(stream);
    unasked?.stop();
    return unasked?.conn;
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

  #give(connection: HttpConnection): void {
    const { stream, conn } = connection;
    const close = (): void => connection.close();
    const stop = this.#clock.start(close, REQUEST_TIME);
    this.#unasked.add(stream, { conn, stop, close });
    stream.on("close", () => {
      stop();
      this.#unasked.take(stream);
      close();
    });
    this.#server.emit("connection", stream);
  }
}
