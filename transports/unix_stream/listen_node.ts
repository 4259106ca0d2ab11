import { openedNodeUnix, startNodeUnix } from "../sockets/node_listener.ts";
import { setMode, withinMode } from "../unix/socket_file.ts";
import { bound, type BoundSocket, giveOwnName } from "./bound_socket.ts";
import { PrivateFolder } from "./private_folder.ts";

/** Listens on a path in Node or Bun, as Deno's own sockets do on theirs. */
export async function openInNode(
  path: string,
  mode: number | undefined,
): Promise<BoundSocket> {
  const socket = await bindInFolder(path, mode);
  if (socket !== null) return socket;
  // The file is made in this call.
  const server = withinMode(mode, () => startNodeUnix(path));
  const listener = await openedNodeUnix(server, path);
  setMode(path, mode, listener);
  return bound(listener);
}

async function bindInFolder(
  path: string,
  mode: number | undefined,
): Promise<BoundSocket | null> {
  using folder = PrivateFolder.beside(path);
  if (folder === null) return null;
  const { file } = folder;
  const listener = await openedNodeUnix(startNodeUnix(file), file);
  setMode(file, mode, listener);
  return giveOwnName(listener, file, path);
}
