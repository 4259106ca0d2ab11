import type { RpcError } from "../../protocol/error.ts";
import type { MessageHeader } from "../../protocol/header.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { ArenaChunk } from "./send_arena.ts";

/** A message that waits to be sent. */
export interface Datagram {
  /** Its header. */
  readonly header: MessageHeader;
  /** Holds its head, and its body unless that is in `body`. */
  chunk: ArenaChunk;
  /** Where in the chunk it begins. */
  offset: number;
  /** How many bytes of the chunk belong to it. */
  length: number;
  /** A body that wasn't copied. */
  body: Uint8Array<ArrayBuffer> | null;
  /** The length of `body` in bytes. */
  readonly bodyLength: number;
  /** The descriptors that go with it. */
  fds: readonly FileDescriptor[];
  /** Whether it owns them, so that they are closed with it. */
  ownsFds: boolean;
  /** Whether its body may be copied, to settle it before it is sent. */
  readonly detachable: boolean;
  /** Called when it is sent or refused. */
  settle: ((error?: RpcError) => void) | undefined;
}
