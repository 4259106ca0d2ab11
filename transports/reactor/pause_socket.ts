import { nodeModule } from "../../internal/runtime/node.ts";
import {
  AF_UNIX,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";

/** The part of the Socket of `node:net` that is used. */
interface NodeSocket {
  on(event: "error" | "close", listener: () => void): this;
  resume(): this;
  destroy(): this;
  ref(): this;
  unref(): this;
}

/** The part of `node:net` that is used. */
interface NodeNet {
  readonly Socket: new (options: {
    readonly fd: number;
    readonly readable: boolean;
    readonly writable: boolean;
    readonly onread: {
      readonly buffer: Uint8Array<ArrayBuffer>;
      callback(): boolean;
    };
  }) => NodeSocket;
}

const BYTE = new Uint8Array(1);

/**
 * A socket of Deno's that the reactor makes ready itself. Deno finds that out only
 * where it looks at all of its sockets.
 */
export class PauseSocket {
  readonly #libc: Libc;
  readonly #socket: NodeSocket;
  readonly #closed = Promise.withResolvers<void>();
  #writeFd: number;
  #over: (() => void) | null = null;

  private constructor(libc: Libc, net: NodeNet, fd: number, writeFd: number) {
    this.#libc = libc;
    this.#writeFd = writeFd;
    const callback = (): boolean => {
      this.#tell();
      return true;
    };
    this.#socket = new net.Socket({
      fd,
      readable: true,
      writable: false,
      onread: { buffer: new Uint8Array(16), callback },
    });
    // It closes after an error.
    this.#socket.on("error", () => {}).on("close", () => {
      this.#closeWriteEnd();
      this.#closed.resolve();
      this.#tell();
    });
    this.#socket.resume();
  }

  /**
   * Opens one; null if the process has no descriptor left, or this version of Deno
   * makes no socket of a descriptor.
   */
  static open(libc: Libc): PauseSocket | null {
    const fds = new Int32Array(2);
    const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    if (libc.symbols.socketpair(AF_UNIX, type, 0, fds) !== 0) return null;
    try {
      const net = nodeModule<NodeNet>("node:net", "A pause");
      return new PauseSocket(libc, net, fds[0]!, fds[1]!);
    } catch {
      for (const fd of fds) libc.symbols.close(fd);
      return null;
    }
  }

  /** Whether it has ended. */
  get closed(): boolean {
    return this.#writeFd < 0;
  }

  /** Calls back when Deno has looked at its sockets. One at a time. */
  begin(over: () => void): void {
    this.#over = over;
    this.#libc.symbols.write(this.#writeFd, BYTE, 1n);
  }

  /** Sets whether it keeps the program alive. */
  setRef(referenced: boolean): void {
    if (referenced) this.#socket.ref();
    else this.#socket.unref();
  }

  /** Closes it; what was begun is called back. */
  close(): Promise<void> {
    this.#closeWriteEnd();
    this.#socket.destroy();
    return this.#closed.promise;
  }

  #closeWriteEnd(): void {
    if (this.closed) return;
    this.#libc.symbols.close(this.#writeFd);
    this.#writeFd = -1;
  }

  #tell(): void {
    const over = this.#over;
    this.#over = null;
    over?.();
  }
}
