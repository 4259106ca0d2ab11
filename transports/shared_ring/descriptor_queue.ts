import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { MAX_UNREAD_DESCRIPTORS } from "./descriptor_window.ts";
import { ringViolation } from "./ring_error.ts";
import type { RingDatagram } from "./ring_socket.ts";

/** The descriptors that go with a message. */
export interface ReceivedDescriptors {
  /** How many were sent. */
  readonly count: number;
  /** They; none if they were too many, and closed. */
  readonly fds: FileDescriptor[];
  /** Whether some were lost, since this process has as many open as it may. */
  readonly lost: boolean;
}

/** Descriptors that have come by the socket, for messages that come by the ring. */
export class DescriptorQueue {
  readonly #maxFds: number;
  #queue: ReceivedDescriptors[] = [];

  /** Makes an empty one. If a message has more than `maxFds`, they are closed. */
  constructor(maxFds: number) {
    this.#maxFds = maxFds;
  }

  /**
   * Takes what has come in one datagram.
   *
   * @throws {RpcError} If it isn't valid, or too many messages are ahead of the ring.
   */
  add({ bytes, fds, lost }: RingDatagram): void {
    const count = new Uint32Array(bytes.slice(0, bytes.length & ~3).buffer)[1];
    const isValid = bytes.length === 8 && count !== undefined && count > 0 &&
      (lost ? fds.length <= count : fds.length === count);
    if (!isValid || this.#queue.length >= MAX_UNREAD_DESCRIPTORS) {
      closeAll(fds);
      throw ringViolation(
        isValid
          ? `The descriptors of more than ${MAX_UNREAD_DESCRIPTORS} messages have come before the messages`
          : "A datagram that brings descriptors isn't valid",
      );
    }
    // One can be that of a region, which is no message's.
    const tooMany = count > Math.max(this.#maxFds, 1);
    if (tooMany) closeAll(fds);
    this.#queue.push({ count, fds: tooMany ? [] : fds, lost });
  }

  /**
   * Takes those of the next message, which has so many.
   *
   * @throws {RpcError} If there are none, or not so many.
   */
  take(count: number): ReceivedDescriptors {
    const next = this.#queue[0];
    if (next?.count !== count) {
      throw ringViolation(
        `A message announces ${count} descriptors, and ${
          next?.count ?? "none"
        } have come`,
        count,
      );
    }
    return this.#queue.shift()!;
  }

  /** Closes all that nobody has taken. */
  close(): void {
    for (const { fds } of this.#queue) closeAll(fds);
    this.#queue = [];
  }
}

function closeAll(fds: readonly FileDescriptor[]): void {
  for (const fd of fds) fd.close();
}
