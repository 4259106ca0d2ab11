import { onAbort } from "../../internal/abort.ts";
import { Interrupted } from "../../internal/runtime/errors.ts";
import { fromNodeError } from "../../internal/runtime/node.ts";
import type { TcpConn, UnixConn } from "./conn.ts";
import { NodeConn } from "./node_conn.ts";
import {
  nodeNet,
  type NodeSocket,
  type NodeTarget,
  SOCKET_OPTIONS,
} from "./node_net.ts";
import { tcpConn } from "./node_addresses.ts";

/**
 * Connects by TCP, in Node and Bun.
 *
 * @param signal Ends connecting; what the promise rejects with then is up to the
 * caller.
 * @throws {Error} The class of Deno's for the cause, with the `code` of Node's.
 */
export async function connectNodeTcp(
  target: { hostname?: string; port: number },
  signal: AbortSignal | undefined,
): Promise<TcpConn> {
  const { hostname: host = "127.0.0.1", port } = target;
  return tcpConn(await open({ host, port }, signal));
}

/** Connects to the path of a Unix socket, in Node and Bun. */
export async function connectNodeUnix(path: string): Promise<UnixConn> {
  const socket = await open({ path });
  const addr = { transport: "unix", path } as const;
  return new NodeConn(socket, addr, addr);
}

/** Resolves when the socket is connected; nothing of it is read yet. */
function open(target: NodeTarget, signal?: AbortSignal): Promise<NodeSocket> {
  const socket = nodeNet().connect({ ...target, ...SOCKET_OPTIONS });
  socket.pause();
  const forget = signal && onAbort(signal, () => socket.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<NodeSocket>();
  const failed = (error: unknown): void => reject(fromNodeError(error));
  const closed = (): void => reject(new Interrupted("Connecting was ended"));
  socket.on("connect", () => resolve(socket));
  socket.on("error", failed);
  socket.on("close", closed);
  return promise.finally(() => {
    forget?.();
    socket.off("close", closed);
  });
}
