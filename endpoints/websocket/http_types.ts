/** What listens and gives those that want a WebSocket. */
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
}

/** A server of `node:http` or `node:https`. */
export interface NodeHttpServer extends HttpServer {
  /** Listens. */
  listen(port: number, hostname: string): void;
  /** Adds a listener. */
  on(event: string, listener: (...values: never[]) => void): unknown;
  /** Takes a socket that was accepted elsewhere. */
  emit(event: "connection", socket: unknown): boolean;
}

/** The certificate of a server, and its key, as PEM. */
export interface ServerCertificate {
  /** The certificate, and those between it and its CA. */
  readonly cert: string;
  /** The private key. */
  readonly key: string;
}
