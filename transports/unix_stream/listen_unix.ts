import { deno } from "../../internal/runtime/deno.ts";
import { AddrInUse } from "../../internal/runtime/errors.ts";
import { withAddress } from "../sockets/open_socket.ts";
import { checkMode, setMode, withinMode } from "../unix/socket_file.ts";
import { checkUnixPath } from "../unix/socket_path.ts";
import {
  removeStaleSocket,
  removeStaleSocketSync,
} from "../unix/stale_socket.ts";
import { bound, type BoundSocket, giveOwnName } from "./bound_socket.ts";
import { PrivateFolder } from "./private_folder.ts";

function openInDeno(path: string, mode: number | undefined): BoundSocket {
  const socket = bindInFolder(path, mode);
  if (socket !== null) return socket;
  const listener = withinMode(mode, () => bind(path));
  setMode(path, mode, listener);
  return bound(listener);
}

function bindInFolder(
  path: string,
  mode: number | undefined,
): BoundSocket | null {
  using folder = PrivateFolder.beside(path);
  if (folder === null) return null;
  const { file } = folder;
  const listener = bind(file);
  setMode(file, mode, listener);
  return giveOwnName(listener, file, path);
}

function bind(path: string): Deno.UnixListener {
  return Deno.listen({ transport: "unix", path });
}

/** @throws {Error} The runtime's error, with the path that was asked for in its text. */
function naming(path: string, error: unknown): unknown {
  return withAddress(error, `Cannot listen on unix:${path}`);
}

/** Opens a socket, after it has checked what can be known before. */
function openSync(path: string, mode: number | undefined): BoundSocket {
  checkMode(mode);
  checkUnixPath(path);
  try {
    return openInDeno(path, mode);
  } catch (error) {
    throw naming(path, error);
  }
}

/** Opens a socket, after it has checked what can be known before. */
async function open(
  path: string,
  mode: number | undefined,
): Promise<BoundSocket> {
  if (deno !== undefined) return openSync(path, mode);
  checkMode(mode);
  checkUnixPath(path);
  try {
    const { openInNode } = await import("./listen_node.ts");
    return await openInNode(path, mode);
  } catch (error) {
    throw naming(path, error);
  }
}

/**
 * Listens on a path, and takes the place of a socket file that is left over. In Deno
 * only.
 *
 * @throws {TypeError} If no socket can have the path.
 * @throws {RangeError} If `mode` is no integer from 0 to 0o777.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, the file is no
 * socket, or that can't be found out synchronously.
 */
export function listenUnixSync(
  path: string,
  mode?: number,
): BoundSocket {
  try {
    return openSync(path, mode);
  } catch (error) {
    if (!(error instanceof AddrInUse)) throw error;
    removeStaleSocketSync(path);
    return openSync(path, mode);
  }
}

/**
 * Listens on a path, and takes the place of a socket file that is left over.
 *
 * @throws {TypeError} If no socket can have the path.
 * @throws {RangeError} If `mode` is no integer from 0 to 0o777.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, or the file is no
 * socket.
 */
export async function listenUnix(
  path: string,
  mode?: number,
): Promise<BoundSocket> {
  try {
    return await open(path, mode);
  } catch (error) {
    if (!(error instanceof AddrInUse)) throw error;
    await removeStaleSocket(path);
    return await open(path, mode);
  }
}
