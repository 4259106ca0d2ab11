import type { UnixListener } from "../sockets/conn.ts";
import { openedNodeUnix, startNodeUnix } from "../sockets/node_listener.ts";
import { setMode, withinMode } from "../unix/socket_file.ts";
import {
  asideOf,
  bound,
  type BoundSocket,
  giveOwnName,
} from "./bound_socket.ts";

/** Listens on a path in Node or Bun, as Deno's own sockets do on theirs. */
export async function openInNode(
  path: string,
  mode: number | undefined,
): Promise<BoundSocket> {
  const first = asideOf(path);
  if (first !== null) {
    const socket = giveOwnName(await bind(first, mode), first, path);
    if (socket !== null) return socket;
  }
  return bound(await bind(path, mode));
}

async function bind(
  path: string,
  mode: number | undefined,
): Promise<UnixListener> {
  // The file is made in this call.
  const server = withinMode(mode, () => startNodeUnix(path));
  const listener = await openedNodeUnix(server, path);
  setMode(path, mode, listener);
  return listener;
}
