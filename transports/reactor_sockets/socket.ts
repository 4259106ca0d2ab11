import {
  SO_ERROR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import { WorkerEnd, type WorkerResource } from "../libc/worker_end.ts";

/** What needs the C library, for errors. */
export const WHAT = "A socket with the option reactor";

/** Neither waits in a call nor is inherited by child processes. */
export const SOCKET_FLAGS: number = SOCK_NONBLOCK | SOCK_CLOEXEC;

/** An open stream socket of the C library. */
export class Socket implements WorkerResource {
  /** Its descriptor, valid until `close`. */
  readonly fd: number;
  /** The library, until `close`. */
  readonly libc: Libc;
  #open = true;

  /** Takes over a nonblocking socket. */
  constructor(libc: Libc, fd: number) {
    this.fd = fd;
    this.libc = libc.retain();
    WorkerEnd.current.add(this);
  }

  /**
   * Makes one.
   *
   * @throws {Error} If the process has no descriptor left, or the system lacks the
   * family of addresses.
   */
  static open(libc: Libc, family: number): Socket {
    const fd = libc.symbols.socket(family, SOCK_STREAM | SOCKET_FLAGS, 0);
    if (fd < 0) throw osError(libc, "Cannot make a socket");
    return new Socket(libc, fd);
  }

  /** Sets an option to a number. */
  setOption(level: number, option: number, value: number): void {
    const { setsockopt } = this.libc.symbols;
    const bytes = new Int32Array([value]);
    if (setsockopt(this.fd, level, option, bytes, bytes.byteLength) === 0) {
      return;
    }
    throw osError(this.libc, "Cannot set an option of a socket");
  }

  /** Takes the errno of what has failed since; 0 if nothing has. */
  takeError(): number {
    const value = new Int32Array(1);
    const length = new Uint32Array([value.byteLength]);
    const { getsockopt } = this.libc.symbols;
    getsockopt(this.fd, SOL_SOCKET, SO_ERROR, value, length);
    return value[0]!;
  }

  /** Closes it. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    WorkerEnd.current.delete(this);
    this.libc.symbols.close(this.fd);
    this.libc[Symbol.dispose]();
  }
}
