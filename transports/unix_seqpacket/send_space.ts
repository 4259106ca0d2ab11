import { CONTROL_WORDS, encodeRights } from "./control.ts";
import {
  type Address,
  addressOf,
  MessageVector,
  VECTOR_LENGTH,
} from "./message_vector.ts";
import { SendArena } from "./send_arena.ts";

/** What all sockets use to send, one after the other. */
export class SendSpace {
  /** How many messages one call sends. */
  readonly length: number = VECTOR_LENGTH;
  /** Describes the messages of one call. */
  readonly vector: MessageVector = new MessageVector();
  /** Holds these messages. */
  readonly arena: SendArena = new SendArena();
  #control: { words: Uint32Array<ArrayBuffer>; address: Address } | null = null;

  /**
   * Sets the descriptors of a message. Returns the length of their control
   * message, in bytes.
   */
  setRights(index: number, fds: readonly number[]): number {
    if (this.#control === null) {
      const words = new Uint32Array(CONTROL_WORDS * VECTOR_LENGTH);
      this.#control = { words, address: addressOf(words) };
    }
    const { words, address } = this.#control;
    const at = CONTROL_WORDS * index;
    const length = encodeRights(words, at, fds);
    this.vector.setControl(index, address, 4 * at, length);
    return length;
  }
}
