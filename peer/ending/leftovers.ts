import type { RpcError } from "../../protocol/error.ts";

/** What a message costs in memory besides its body, roughly. */
const MESSAGE_COST = 256;

/** How much has been read. */
export interface Amount {
  /** Bytes. */
  readonly bytes: number;
  /** Messages. */
  readonly messages: number;
}

/** What is read after a write has failed, for the end that comes behind it. */
export class Leftovers {
  /** The error of the write. */
  readonly error: RpcError;
  readonly #start: Amount;
  readonly #limit: number;

  /**
   * Makes a count.
   *
   * @param start What had been read when the write failed.
   * @param limit How many bytes of memory may be read.
   */
  constructor(error: RpcError, start: Amount, limit: number) {
    this.error = error;
    this.#start = start;
    this.#limit = limit;
  }

  /** Whether too much has been read: the other side goes on sending. */
  exceeded(now: Amount): boolean {
    const bytes = now.bytes - this.#start.bytes;
    const messages = now.messages - this.#start.messages;
    return bytes + messages * MESSAGE_COST > this.#limit;
  }
}
