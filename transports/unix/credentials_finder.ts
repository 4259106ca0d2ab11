import {
  EBADF,
  ENOTCONN,
  ENOTSOCK,
  SO_ACCEPTCONN,
  SO_COOKIE,
  SO_PEERCRED,
  SOL_SOCKET,
} from "../libc/constants.ts";
import { DescriptorTable } from "../libc/descriptor_table.ts";
import { ffiGranted, Libc } from "../libc/libc.ts";
import { decodeSockaddrUn } from "./socket_path.ts";
import type { UnixConn } from "../sockets/conn.ts";
import type { Credentials } from "./credentials.ts";

/**
 * Finds which process is at the other end of a Unix connection that Deno opens.
 * Deno doesn't show the descriptor: see `#find` for how it is found. Keep one
 * finder for each listener.
 *
 * If FFI isn't granted it does nothing, and the credentials are null.
 */
export class CredentialsFinder implements Disposable {
  readonly #libc = Libc.open();
  readonly #table = this.#libc && new DescriptorTable(this.#libc);
  readonly #value = new Uint32Array(3);
  readonly #length = new Uint32Array(1);
  readonly #address = new Uint8Array(128);
  // For each descriptor, the cookie of the socket that it was, in two halves.
  #seen = new Uint32Array(0);
  #pending = 0;
  #disposed = false;

  /**
   * Makes a finder.
   *
   * @param note Whether to record the sockets that are open already. A connection
   * that is opened later is not among them.
   */
  constructor(note = true) {
    if (note && this.#table !== null) this.#newSockets(true);
  }

  /**
   * Finds the process at the other end of a connection that is open already. Null
   * means that it isn't certain. The answer is never wrong as long as the
   * connection really is open.
   */
  static find(conn: UnixConn): Credentials | null {
    using finder = new CredentialsFinder(false);
    return finder.#find(conn);
  }

  /**
   * Opens a connection with `open` (accept or connect) and finds the process at its
   * other end. Null credentials mean that it isn't certain; they are never wrong.
   */
  async identify<C extends UnixConn>(
    open: () => Promise<C>,
  ): Promise<{ conn: C; credentials: Credentials | null }> {
    this.#pending++;
    try {
      const conn = await open();
      return { conn, credentials: this.#find(conn) };
    } finally {
      this.#pending--;
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#libc?.[Symbol.dispose]();
  }

  // Why the answer is certain. `conn` is open, so its socket is among those found;
  // if some may be missing, the answer is null. It is not among those seen before:
  // they were recorded while no connection was being opened here, and a cookie,
  // unlike an inode or a descriptor, is never used again. It has exactly the name
  // that Deno read from it, as a name never changes once it is set. A socket
  // without a name can still get one, since a client can bind after connecting, so
  // only a name that is set is compared. Thus the socket is one of the candidates.
  // If something else in the process has connections of that name, there are
  // several candidates, and all must have the same credentials.
  #find(conn: UnixConn): Credentials | null {
    if (this.#disposed || this.#libc === null || !ffiGranted()) return null;
    const sockets = this.#newSockets(this.#pending === 1);
    if (sockets === null) return null;
    const { path: local } = conn.localAddr;
    const { path: remote } = conn.remoteAddr;
    const name = new TextEncoder().encode(local ?? remote ?? "");
    if (name.length === 0) return null;
    let found: Credentials | null = null;
    for (const fd of sockets) {
      const same = this.#hasName(fd, local !== null, name);
      if (same === false) continue;
      const listens = same && this.#option(fd, SO_ACCEPTCONN, 4);
      if (listens && this.#value[0] === 1) continue;
      if (!listens || !this.#option(fd, SO_PEERCRED, 12)) return null;
      const [pid = 0, uid = 0, gid = 0] = this.#value;
      found ??= { uid, gid, pid };
      if (pid !== found.pid || uid !== found.uid || gid !== found.gid) {
        return null;
      }
    }
    return found;
  }

  // The sockets whose cookies weren't recorded before; null if some may be missing.
  #newSockets(remember: boolean): number[] | null {
    const open = this.#table?.open() ?? null;
    if (open === null) return null;
    const sockets: number[] = [];
    const last = 2 * (open.at(-1) ?? 0) + 1;
    if (last >= this.#seen.length) {
      const seen = new Uint32Array(2 * (last + 1));
      seen.set(this.#seen);
      this.#seen = seen;
    }
    for (const fd of open) {
      if (!this.#option(fd, SO_COOKIE, 8)) {
        if (this.#isGone()) continue;
        return null;
      }
      const [low, high] = this.#value;
      const at = 2 * fd;
      if (this.#seen[at] === low && this.#seen[at + 1] === high) continue;
      sockets.push(fd);
      if (!remember) continue;
      this.#seen.set(this.#value.subarray(0, 2), at);
    }
    return sockets;
  }

  // Null if that can't be found out.
  #hasName(fd: number, local: boolean, name: Uint8Array): boolean | null {
    const { getsockname, getpeername } = this.#libc!.symbols;
    this.#length[0] = this.#address.length;
    const get = local ? getsockname : getpeername;
    if (get(fd, this.#address, this.#length) !== 0) {
      return this.#isGone() ? false : null;
    }
    const other = decodeSockaddrUn(this.#address, this.#length[0]!);
    return other !== null && other.length === name.length &&
      other.every((byte, i) => byte === name[i]);
  }

  #option(fd: number, option: number, size: number): boolean {
    this.#length[0] = size;
    const { getsockopt } = this.#libc!.symbols;
    return getsockopt(fd, SOL_SOCKET, option, this.#value, this.#length) === 0;
  }

  // Whether the last call failed because the descriptor is closed by now, or is no
  // connected socket.
  #isGone(): boolean {
    const errno = this.#libc!.errno();
    return errno === EBADF || errno === ENOTSOCK || errno === ENOTCONN;
  }
}
