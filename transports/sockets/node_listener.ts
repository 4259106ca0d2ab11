import { Interrupted } from "../../internal/runtime/errors.ts";
import { fromNodeError } from "../../internal/runtime/node.ts";
import { Queue } from "../../internal/queue.ts";
import type { Conn, NetAddr, TcpListener, UnixListener } from "./conn.ts";
import { NodeConn } from "./node_conn.ts";
import { tcpConn } from "./node_addresses.ts";
import {
  nodeNet,
  type NodeServer,
  type NodeSocket,
  type NodeTarget,
  SOCKET_OPTIONS,
} from "./node_net.ts";

/**
 * So many connections may wait to be accepted, as in the queue of the system, since
 * Node accepts by itself. Further ones are closed.
 */
const MAX_WAITING = 511;

/** A connection that came, or why it failed. */
type Accepted<C> = () => C;

/** A server of `node:net`, in Node or Bun, with the methods of Deno.Listener. */
class NodeListener<C extends Conn, A> {
  readonly addr: A;
  readonly #server: NodeServer;
  readonly #waiting = new Queue<Accepted<C>>();
  #accepting: PromiseWithResolvers<C> | null = null;
  #closed = false;

  /** Takes over a server that listens. */
  constructor(server: NodeServer, addr: A, wrap: (socket: NodeSocket) => C) {
    this.#server = server;
    this.addr = addr;
    server.on("connection", (socket: NodeSocket) => {
      if (this.#waiting.length >= MAX_WAITING) socket.destroy();
      else this.#give(() => wrap(socket));
    });
    server.on("error", (error: Error) =>
      this.#give(() => {
        throw fromNodeError(error);
      }));
  }

  accept(): Promise<C> {
    if (this.#closed) return Promise.reject(closedError());
    this.#accepting = Promise.withResolvers();
    const { promise } = this.#accepting;
    const accepted = this.#waiting.shift();
    if (accepted !== undefined) this.#give(accepted);
    return promise;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#server.close();
    this.#accepting?.reject(closedError());
    this.#accepting = null;
    for (const accepted of this.#waiting.drain()) discard(accepted);
  }

  ref(): void {
    this.#server.ref();
  }

  unref(): void {
    this.#server.unref();
  }

  #give(accepted: Accepted<C>): void {
    if (this.#closed) return discard(accepted);
    const accepting = this.#accepting;
    if (accepting === null) return this.#waiting.push(accepted);
    this.#accepting = null;
    try {
      accepting.resolve(accepted());
    } catch (error) {
      accepting.reject(error);
    }
  }
}

/** Closes a connection that nobody will take. */
function discard<C extends Conn>(accepted: Accepted<C>): void {
  let conn: C;
  try {
    conn = accepted();
  } catch {
    // It has failed already, and nobody waits for it.
    return;
  }
  conn.close();
}

function closedError(): Error {
  return new Interrupted("The listener was closed");
}

/**
 * Listens by TCP, in Node and Bun.
 *
 * @throws {Error} The class of Deno's for the cause, with the `code` of Node's.
 */
export async function listenNodeTcp(
  target: { hostname?: string; port: number },
): Promise<TcpListener> {
  const { hostname: host = "0.0.0.0", port } = target;
  const server = await opened(start({ host, port }));
  const address = server.address() as { address: string; port: number };
  const addr: NetAddr = {
    transport: "tcp",
    hostname: address.address,
    port: address.port,
  };
  return new NodeListener(server, addr, tcpConn);
}

/**
 * Begins to listen on the path of a Unix socket, in Node and Bun. The file is there
 * at once; `opened` says whether it is.
 */
export function startNodeUnix(path: string): NodeServer {
  return start({ path });
}

/** The listener of a server that has begun to listen on the path of a Unix socket. */
export async function openedNodeUnix(
  server: NodeServer,
  path: string,
): Promise<UnixListener> {
  await opened(server);
  const addr = { transport: "unix", path } as const;
  return new NodeListener(
    server,
    addr,
    (socket) => new NodeConn(socket, addr, addr),
  );
}

function start(target: NodeTarget): NodeServer {
  const options = { ...SOCKET_OPTIONS, pauseOnConnect: true };
  return nodeNet().createServer(options).listen(target);
}

function opened(server: NodeServer): Promise<NodeServer> {
  return new Promise((resolve, reject) => {
    server.on("listening", () => resolve(server));
    server.on("error", (error: Error) => reject(fromNodeError(error)));
  });
}
