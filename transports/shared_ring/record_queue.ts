import type { RpcError } from "../../protocol/error.ts";
import type { MessageHeader } from "../../protocol/header.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { SentFrame } from "./frames/sent_frame.ts";

/**
 * How many written messages may stay at the front of the queue. Cutting them off
 * copies the rest.
 */
const MAX_WRITTEN = 64;

/** A message that waits to be written. */
export interface QueuedRecord {
  readonly header: MessageHeader;
  body: Uint8Array<ArrayBuffer>;
  readonly bodyLength: number;
  fds: readonly FileDescriptor[];
  ownsFds: boolean;
  readonly detachable: boolean;
  settle: ((error?: RpcError) => void) | undefined;
  /** How many bytes of the body are written; -1 if the head isn't. */
  written: number;
  /** What goes in the place of a body; null where the body goes. */
  readonly frame: SentFrame | null;
}

/** The messages that wait to be written, in order. */
export class RecordQueue {
  #records: QueuedRecord[] = [];
  /** The first message that isn't written, and the first one of the next write. */
  #next = 0;
  #end = 0;

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#next === this.#records.length;
  }

  /** Whether a part of the first message is written. */
  get isCut(): boolean {
    return !this.isEmpty && this.#records[this.#next]!.written >= 0;
  }

  /** Adds a message, of which nothing is written. */
  push(record: Omit<QueuedRecord, "ownsFds" | "written">): void {
    const { header, body, bodyLength, fds, detachable, settle, frame } = record;
    this.#records.push({
      header,
      body,
      bodyLength,
      fds,
      ownsFds: false,
      detachable,
      settle,
      written: -1,
      frame,
    });
  }

  /** Begins a write of all that waits now. */
  begin(): void {
    this.#end = this.#records.length;
  }

  /** The first message of that write that isn't written; undefined if all are. */
  get first(): QueuedRecord | undefined {
    return this.#next < this.#end ? this.#records[this.#next] : undefined;
  }

  /** It is done with. */
  shift(): void {
    this.#next++;
  }

  /** Cuts off what is done with: all of it if that was the last one. */
  compact(): void {
    const most = this.#next < this.#end ? MAX_WRITTEN : 0;
    if (this.#next <= most || 2 * this.#next < this.#records.length) return;
    this.#records = this.#records.slice(this.#next);
    this.#end -= this.#next;
    this.#next = 0;
  }

  /** All that waits. */
  waiting(): QueuedRecord[] {
    return this.#records.slice(this.#next);
  }

  /** Takes all that waits out. */
  drain(): QueuedRecord[] {
    const waiting = this.waiting();
    this.#records = [];
    this.#next = this.#end = 0;
    return waiting;
  }
}

/** Closes what a message that isn't queued any more owns. */
export function releaseFds({ ownsFds, fds }: QueuedRecord): void {
  if (ownsFds) { for (const fd of fds) fd.close(); }
}
