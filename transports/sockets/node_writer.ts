import { fromNodeError } from "../../internal/runtime/node.ts";

/** What is written to: a socket of `node:net` or `node:tls`. */
export interface WritableSocket {
  /** Calls back when the bytes are taken. */
  write(bytes: Uint8Array, callback: (error?: Error | null) => void): unknown;
  /** Ends the writing side, and then emits `finish`. */
  end(): unknown;
  /** Adds a listener. */
  on(event: "finish", listener: () => void): unknown;
}

/** The writing half of a socket of Node's, and why the socket has failed. */
export class NodeWriter {
  readonly #socket: WritableSocket;
  readonly #pieceLen: number;
  #finished: PromiseWithResolvers<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  /**
   * Writes to a socket.
   *
   * @param pieceLen At most this much is written at once, so that the progress of a slow
   * reader can be seen.
   */
  constructor(socket: WritableSocket, pieceLen: number) {
    this.#socket = socket;
    this.#pieceLen = pieceLen;
    socket.on("finish", () => this.#finished?.resolve());
  }

  /** Why nothing can be read or written any more; null while it can. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure;
  }

  /** Whether it takes bytes: it has neither ended nor failed. */
  get isOpen(): boolean {
    return this.#finished === null && this.#failure === null;
  }

  /** Writes; may be short. Resolves to the number of bytes taken. */
  write(bytes: Uint8Array): Promise<number> {
    const piece = bytes.length <= this.#pieceLen
      ? bytes
      : bytes.subarray(0, this.#pieceLen);
    const { length } = piece;
    return new Promise((resolve, reject) => {
      this.#socket.write(piece, (error) => {
        if (!error) resolve(length);
        // The error that ended the socket says more than that of the write.
        else reject(this.#failure?.error ?? fromNodeError(error));
      });
    });
  }

  /** Ends the writing side, once. Resolves when that is written. */
  end(): Promise<void> {
    if (this.#finished === null) {
      this.#finished = Promise.withResolvers();
      if (this.#failure !== null) this.#finished.reject(this.#failure.error);
      else this.#socket.end();
    }
    return this.#finished.promise;
  }

  /** Notes why nothing goes on; an end that is under way may still be written. The first cause counts. */
  note(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Notes why nothing goes on, and gives up an end that isn't written. */
  fail(error: unknown): void {
    this.note(error);
    this.#finished?.reject(this.#failure!.error);
  }
}
