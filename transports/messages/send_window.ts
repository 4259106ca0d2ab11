import { brokenPackets } from "./packet_error.ts";
import { FIRST_WINDOW } from "./packet.ts";

/** How much this side may send, with no I/O of its own. */
export class SendWindow {
  #window = FIRST_WINDOW;
  #unacknowledged = 0;

  /** Whether a data packet may be sent now. It may go beyond the window. */
  get open(): boolean {
    return this.#unacknowledged < this.#window;
  }

  /** The other side has told its window. */
  resize(window: number): void {
    this.#window = window;
  }

  /** A data packet is sent. */
  add(cost: number): void {
    this.#unacknowledged += cost;
  }

  /**
   * The other side has taken data packets.
   *
   * @throws {RpcError} `connection-aborted` if they weren't sent.
   */
  acknowledge(cost: number): void {
    if (cost > 0 && cost <= this.#unacknowledged) {
      this.#unacknowledged -= cost;
      return;
    }
    throw brokenPackets(
      `acknowledged ${cost} bytes, and ${this.#unacknowledged} were open`,
    );
  }
}
