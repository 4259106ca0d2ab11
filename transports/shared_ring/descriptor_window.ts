import { RpcError } from "../../protocol/error.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { RingWriter } from "./ring_writer.ts";

/**
 * How many records with descriptors may be under way. The reader holds the
 * descriptors of those that it hasn't reached.
 */
export const MAX_UNREAD_DESCRIPTORS = 16;

/** What happened to descriptors: they are sent, have to wait, or were refused. */
export type DescriptorsSent = "sent" | "later" | RpcError;

/** Sends descriptors by the socket, ahead of the records that they belong to. */
export class DescriptorWindow {
  readonly #send: (fds: readonly FileDescriptor[]) => DescriptorsSent;
  /** The ends of the records that aren't read. */
  readonly #unread: number[] = [];
  /** Whether it is the socket that has to take more. */
  waitsForSocket = false;

  /** Sends by a function. */
  constructor(send: (fds: readonly FileDescriptor[]) => DescriptorsSent) {
    this.#send = send;
  }

  /** Whether the reader has to read on first. */
  isFull(ring: RingWriter): boolean {
    const unread = this.#unread;
    while (unread.length > 0 && ring.isReadUntil(unread[0]!)) unread.shift();
    return unread.length >= MAX_UNREAD_DESCRIPTORS;
  }

  /** Sends descriptors, if there may be more; their record is written next. */
  send(ring: RingWriter, fds: readonly FileDescriptor[]): DescriptorsSent {
    if (this.isFull(ring)) return "later";
    if (fds.some((fd) => fd.closed)) {
      return new RpcError(
        "encode-failed",
        "A descriptor was closed before its send had resolved",
      );
    }
    const result = this.#send(fds);
    if (result === "later") this.waitsForSocket = true;
    return result;
  }

  /** The record is written. */
  written(ring: RingWriter): void {
    this.#unread.push(ring.end);
  }
}
