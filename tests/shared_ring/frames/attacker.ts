import { assert, assertEquals } from "@std/assert";
import { type FileDescriptor, MessageType, RpcError } from "../../../mod.ts";
import {
  encodeReference,
  type FrameReference,
} from "../../../transports/shared_ring/frames/frame_reference.ts";
import { datagramKind } from "../../../transports/shared_ring/hello.ts";
import {
  recordType,
  writeHead,
} from "../../../transports/shared_ring/record.ts";
import { controlWord } from "../../../transports/shared_ring/ring_layout.ts";
import type { RawSocket } from "../../unix_seqpacket/support/raw_socket.ts";
import { type RawMemory, type RingPeer, words } from "../support/raw_rings.ts";
import { LEN, soon } from "./support.ts";

const GOOD: FrameReference = {
  type: MessageType.Stream,
  region: 0,
  generation: 0,
  offset: 0,
  length: LEN,
};

/** The other side of a peer that accepts, in the hands of a test. */
export class Attacker {
  readonly peer: RingPeer;
  readonly raw: RawSocket;
  readonly memory: RawMemory;

  constructor([peer, raw, memory]: [RingPeer, RawSocket, RawMemory]) {
    this.peer = peer;
    this.raw = raw;
    this.memory = memory;
  }

  /** Announces a region, without publishing the record. */
  announce(number: number, fd: FileDescriptor): void {
    this.raw.send(words(datagramKind.DESCRIPTORS, 1), [fd.fd]);
    this.memory.write(recordType.REGION, number);
  }

  /** Writes a frame, without publishing it. */
  frame(reference: Partial<FrameReference> = {}, serviceId = 1): void {
    const { there, writer } = this.memory;
    const bytes = encodeReference({ ...GOOD, ...reference }, true);
    writeHead(
      there,
      writer.position,
      bytes.length,
      recordType.FRAME,
      0,
      serviceId,
      true,
    );
    bytes.forEach((byte, i) => {
      there.bytes[(writer.position + 16 + i) % there.size] = byte;
    });
    writer.add(16 + bytes.length);
  }

  publish(): void {
    this.memory.writer.publish();
    this.raw.trySend(words(datagramKind.WAKE));
  }

  /** Says that a frame of the peer is released. */
  release(region: number, generation: number, count = 1): void {
    const { releases, control } = this.memory.back;
    const before = control[controlWord.RELEASED]!;
    for (let i = 0; i < count; i++) {
      const at = 2 * ((before + i) & 63);
      releases[at] = region;
      releases[at + 1] = generation;
    }
    Atomics.store(control, controlWord.RELEASED, before + count);
    this.raw.trySend(words(datagramKind.WAKE));
  }

  async ends(code: string, what?: string): Promise<void> {
    const error = await soon(this.peer.closed);
    assert(error instanceof RpcError, what);
    assertEquals([error.code, error.fatal], [code, true], what);
  }
}
