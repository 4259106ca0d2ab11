import { RpcError } from "../../protocol/error.ts";

/** An acknowledgement is sent when this part of the window has been taken. */
const ACK_PART = 1 / 4;

/** How much the other side may send, with no I/O of its own. */
export class ReceiveWindow {
  /** The window in bytes. */
  readonly size: number;
  /** The cost of what came and isn't acknowledged. */
  #open = 0;
  /** The part of that which has been taken. */
  #taken = 0;

  /** Makes an empty window. */
  constructor(size: number) {
    this.size = size;
  }

  /**
   * A data packet has come. It may go beyond the window, but none may follow it then.
   *
   * @throws {RpcError} `limit-exceeded` if it had to wait for an acknowledgement.
   */
  add(cost: number): void {
    const { size } = this;
    if (this.#open >= size) {
      const actual = this.#open + cost;
      throw new RpcError(
        "limit-exceeded",
        `The other side sent ${actual} bytes without waiting for this side to take them; the limit is ${size} (windowBytes)`,
        { fatal: true, side: "remote", limit: size, actual },
      );
    }
    this.#open += cost;
  }

  /** A data packet has been taken. Gives what to acknowledge now; 0 for nothing. */
  take(cost: number): number {
    this.#taken += cost;
    if (this.#taken < this.size * ACK_PART) return 0;
    const acknowledged = this.#taken;
    this.#open -= acknowledged;
    this.#taken = 0;
    return acknowledged;
  }
}
