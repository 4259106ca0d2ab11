import { ErrorReporter } from "../../internal/errors.ts";
import { Queue } from "../../internal/queue.ts";
import { Interrupted } from "../../internal/runtime/errors.ts";
import type { Acceptor } from "../../transports/acceptor.ts";
import type { WebSocketAddr } from "../../transports/websocket/web_socket_address.ts";
import type { WebSocketTransport } from "../../transports/websocket/web_socket_transport.ts";
import { OPEN } from "../../transports/websocket/web_socket.ts";
import { admitUpgrade } from "./admit_upgrade.ts";
import type { HttpServer } from "./http_types.ts";
import type { WebSocketListenOptions } from "./server_options.ts";
import {
  begin,
  refuse,
  type Upgrade,
  upgrade,
  type Upgraded,
} from "./upgrade_socket.ts";

/** So many clients may wait: for `authorize`, and to be accepted. */
const BACKLOG = 511;

/**
 * Accepts WebSockets. Who is refused is told at once. Who is admitted has a WebSocket at
 * once, too, but nothing of what it sends is read before it is accepted.
 */
export class WebSocketAcceptor
  implements Acceptor<WebSocketTransport, WebSocketAddr> {
  readonly addr: WebSocketAddr;
  readonly #server: HttpServer;
  readonly #options: WebSocketListenOptions;
  readonly #reporter: ErrorReporter;
  readonly #backlog: number;
  readonly #upgraded = new Queue<Upgraded>();
  /** The sockets of those that wait for `authorize`. */
  readonly #asking = new Set<Upgrade["socket"]>();
  readonly #end = new AbortController();
  #accepting: PromiseWithResolvers<void> | null = null;

  /** How many clients were refused. */
  refused = 0;

  /** Takes over a server; `onUpgrade` is to be called with what it gets. */
  constructor(
    server: HttpServer,
    path: string,
    options: WebSocketListenOptions,
    backlog = BACKLOG,
  ) {
    const { address, port } = server.address()!;
    const addr = { transport: "websocket", hostname: address, port } as const;
    const secure = options.cert === undefined ? {} : { secure: true };
    this.addr = { ...addr, path, ...secure };
    this.#server = server;
    this.#options = options;
    this.#backlog = backlog;
    this.#reporter = new ErrorReporter(options.onError);
  }

  async accept(): Promise<WebSocketTransport> {
    for (;;) {
      this.#end.signal.throwIfAborted();
      const next = this.#upgraded.shift();
      if (next !== undefined) {
        // It may be gone.
        if (next.webSocket.readyState !== OPEN) continue;
        return begin(next, this.#options);
      }
      this.#accepting = Promise.withResolvers();
      await this.#accepting.promise;
    }
  }

  close(): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort(new Interrupted("The listener is closed"));
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#asking) socket.destroy();
    this.#asking.clear();
    for (const { webSocket } of this.#upgraded.drain()) webSocket.terminate();
    this.#wake();
  }

  ref(): void {
    this.#server.ref();
  }

  unref(): void {
    this.#server.unref();
  }

  /** Takes a client that wants a WebSocket. */
  onUpgrade(asked: Upgrade): void {
    const { request, socket } = asked;
    const [path] = (request.url ?? "/").split("?");
    if (path !== this.addr.path) {
      return refuse(socket, { status: 404, text: "Nothing is served here" });
    }
    if (this.#end.signal.aborted || this.#waiting >= this.#backlog) {
      return refuse(socket, { status: 503, text: "Too many clients wait" });
    }
    this.#asking.add(socket);
    this.#admit(asked)
      .catch((error) => {
        socket.destroy();
        // Else the listener was closed meanwhile.
        if (!this.#end.signal.aborted) this.#reporter.report(error);
      })
      .finally(() => this.#asking.delete(socket));
  }

  /** How many wait: for `authorize`, and to be accepted. */
  get #waiting(): number {
    return this.#asking.size + this.#upgraded.length;
  }

  async #admit(asked: Upgrade): Promise<void> {
    const { signal } = this.#end;
    const admission = await admitUpgrade(asked, this.#options, signal);
    signal.throwIfAborted();
    if (admission.refusal !== null) {
      this.refused++;
      return refuse(asked.socket, admission.refusal);
    }
    const upgraded = await upgrade(asked, admission.info, this.#options);
    if (upgraded === null) return;
    if (signal.aborted) return upgraded.webSocket.terminate();
    this.#upgraded.push(upgraded);
    this.#wake();
  }

  #wake(): void {
    this.#accepting?.resolve();
    this.#accepting = null;
  }
}
