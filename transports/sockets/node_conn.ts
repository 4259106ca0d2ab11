import { BadResource, Interrupted } from "../../internal/runtime/errors.ts";
import { fromNodeError } from "../../internal/runtime/node.ts";
import type { Conn } from "./conn.ts";
import type { NodeSocket } from "./node_net.ts";
import { NodeWriter } from "./node_writer.ts";

/** When so many bytes wait to be read here, the socket is paused. */
const MAX_WAITING = 64 * 1024;

/** At most this much is written at once, so that the progress of a slow reader can be seen. */
const PIECE_LEN = 256 * 1024;

/** A read that waits for bytes. */
interface PendingRead {
  readonly into: Uint8Array;
  resolve(n: number | null): void;
  reject(error: unknown): void;
}

/**
 * A socket of `node:net`, in Node or Bun, with the methods of Deno.Conn.
 *
 * - It is paused until the first read, and while 64 KiB wait to be read. Node holds
 *   up to 64 KiB more.
 * - A write resolves when the system has taken the bytes.
 */
export class NodeConn<A> implements Conn {
  readonly localAddr: A;
  readonly remoteAddr: A;
  readonly #socket: NodeSocket;
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  #paused = true;
  #reading: PendingRead | null = null;
  #ended = false;
  readonly #writer: NodeWriter;

  /** Takes over a connected socket from which nothing was read. */
  constructor(socket: NodeSocket, localAddr: A, remoteAddr: A) {
    this.#socket = socket;
    this.localAddr = localAddr;
    this.remoteAddr = remoteAddr;
    this.#writer = new NodeWriter(socket, PIECE_LEN);
    socket.pause();
    socket.on("data", (chunk: Uint8Array) => this.#take(chunk));
    socket.on("end", () => this.#end());
    socket.on("error", (error: Error) => this.#fail(fromNodeError(error)));
    socket.on(
      "close",
      () => this.#fail(new BadResource("The socket is closed")),
    );
  }

  read(into: Uint8Array): Promise<number | null> {
    if (this.#reading !== null) {
      return Promise.reject(new TypeError("A read is pending already"));
    }
    const n = this.#copy(into);
    if (n > 0) return Promise.resolve(n);
    if (this.#ended) return Promise.resolve(null);
    const { failure } = this.#writer;
    if (failure !== null) return Promise.reject(failure.error);
    return new Promise((resolve, reject) => {
      this.#reading = { into, resolve, reject };
      this.#resume();
    });
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#writer.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#writer.end();
  }

  close(): void {
    this.#chunks = [];
    this.#waiting = 0;
    this.#ended = false;
    this.#fail(new Interrupted("The connection was closed"));
    this.#socket.destroy();
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  setNoDelay(noDelay = true): void {
    this.#socket.setNoDelay(noDelay);
  }

  setKeepAlive(keepAlive = true): void {
    this.#socket.setKeepAlive(keepAlive);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #take(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#waiting += chunk.length;
    const reading = this.#reading;
    if (reading !== null) {
      this.#reading = null;
      reading.resolve(this.#copy(reading.into));
    }
    if (this.#waiting < MAX_WAITING || this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  /** Copies what waits; gives how many bytes that were. */
  #copy(into: Uint8Array): number {
    let n = 0;
    while (this.#chunks.length > 0 && n < into.length) {
      const chunk = this.#chunks[0]!;
      const part = chunk.subarray(0, into.length - n);
      into.set(part, n);
      n += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.#waiting -= n;
    return n;
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }

  #end(): void {
    this.#ended = true;
    this.#reading?.resolve(null);
    this.#reading = null;
  }

  /** Ends what is pending. The first cause counts. */
  #fail(error: unknown): void {
    this.#writer.fail(error);
    this.#reading?.reject(this.#writer.failure!.error);
    this.#reading = null;
  }
}
