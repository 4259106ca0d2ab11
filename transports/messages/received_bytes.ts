import { Queue } from "../../internal/queue.ts";
import type { RpcError } from "../../protocol/error.ts";
import { closedHere } from "../channel_errors.ts";

/** What a byte stream over messages has received and nobody has read, and how it ends. */
export class ReceivedBytes {
  readonly #pieces = new Queue<Uint8Array<ArrayBuffer>>();
  #end: { readonly error: RpcError | null } | null = null;
  #closed = false;
  #reader: PromiseWithResolvers<void> | null = null;

  /** Whether nothing more comes. */
  get ended(): boolean {
    return this.#end !== null;
  }

  /** What it has ended with; null if it goes on, or its end is no error. */
  get error(): RpcError | null {
    return this.#end?.error ?? null;
  }

  /** Adds a piece. */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    this.#pieces.push(bytes);
    this.#wake();
  }

  /** Nothing more comes: what is there is read first. The first end counts. */
  end(error: RpcError | null): void {
    this.#end ??= { error };
    this.#wake();
  }

  /** Drops what is there. Reading fails from now on. */
  close(): void {
    this.#closed = true;
    this.#pieces.drain();
    this.#wake();
  }

  /**
   * The next piece; null at the end, undefined if `changed` has to be waited for.
   *
   * @throws {RpcError} What it has ended with, or connection-aborted once this side has
   * closed.
   */
  take(): Uint8Array<ArrayBuffer> | null | undefined {
    if (this.#closed) throw closedHere();
    const bytes = this.#pieces.shift();
    if (bytes !== undefined || this.#end === null) return bytes;
    if (this.#end.error !== null) throw this.#end.error;
    return null;
  }

  /** Resolves when `take` may give something else. For one reader. */
  changed(): Promise<void> {
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  #wake(): void {
    this.#reader?.resolve();
    this.#reader = null;
  }
}
