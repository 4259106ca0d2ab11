import { concat } from "@std/bytes";
import { bindTcp } from "../../transports/sockets/open_socket.ts";
import type { TcpConn } from "../../transports/sockets/conn.ts";
import { makeDuplex, type NodeDuplex } from "../../transports/tls/node_tls.ts";
import type { HttpAcceptor, HttpConnection } from "./socket_server.ts";

/** The memory to read into at first, and at most: an idle connection holds as much. */
const FIRST_LEN = 4 * 1024;
const LARGEST_LEN = 64 * 1024;
/** With less room than that, other memory is read into. */
const LEAST_LEN = 1024;
/** Shorter writes are made one. */
const JOINED_LEN = 64 * 1024;

/** A TCP connection that reads only when it is asked to. */
class PlainConnection implements HttpConnection {
  readonly stream: NodeDuplex;
  readonly conn: TcpConn;
  /** What comes is handed on as it lies here, so nothing is written over. */
  #space = new Uint8Array(FIRST_LEN);
  #length = FIRST_LEN;
  #closed = false;

  constructor(conn: TcpConn) {
    this.conn = conn;
    conn.setNoDelay(true);
    this.stream = makeDuplex({
      allowHalfOpen: true,
      read: () => this.#read(),
      write: (bytes, _encoding, callback) => {
        this.#write([bytes]).then(() => callback(), callback);
      },
      writev: (chunks, callback) => {
        const parts = chunks.map(({ chunk }) => chunk);
        this.#write(joined(parts)).then(() => callback(), callback);
      },
      final: (callback) => {
        conn.closeWrite().then(() => callback(), callback);
      },
      destroy: (error, callback) => {
        this.#release();
        callback(error);
      },
    });
  }

  close(): void {
    this.stream.destroy();
    this.#release();
  }

  #release(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.conn.close();
  }

  // Without async functions: they cost a tenth of a round trip.
  #read(): void {
    if (this.#space.length < LEAST_LEN) {
      this.#space = new Uint8Array(this.#length);
    }
    const space = this.#space;
    this.conn.read(space).then((n) => {
      if (this.#closed) return;
      if (n === null) return void this.stream.push(null);
      if (n === space.length) {
        this.#length = Math.min(4 * this.#length, LARGEST_LEN);
      }
      this.#space = space.subarray(n);
      this.stream.push(space.subarray(0, n));
    }, (error) => {
      if (!this.#closed) this.stream.destroy(error);
    });
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    for (const part of parts) {
      for (let rest = part; rest.length > 0;) {
        rest = rest.subarray(await this.conn.write(rest));
      }
    }
  }
}

/** As few parts as there can be without copying what is long. */
function joined(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = parts.reduce((sum, { length }) => sum + length, 0);
  return length > JOINED_LEN ? parts : [concat(parts)];
}

/**
 * Listens for TCP connections.
 *
 * @throws {Error} What is thrown where an address can't be listened on.
 */
export async function listenPlain(
  target: { readonly hostname: string; readonly port: number },
): Promise<HttpAcceptor> {
  const listener = await bindTcp(target, "ws");
  return {
    addr: listener.addr,
    accept: async () => new PlainConnection(await listener.accept()),
    close: () => listener.close(),
    ref: () => listener.ref(),
    unref: () => listener.unref(),
  };
}
