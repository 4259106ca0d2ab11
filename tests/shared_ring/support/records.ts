import { RpcError, type UnixBody } from "../../../mod.ts";
import type { Incoming } from "../../../mod.ts";
import { FrameSender } from "../../../transports/shared_ring/frames/frame_sender.ts";
import { RecordReader } from "../../../transports/shared_ring/record_reader.ts";
import { RecordWriter } from "../../../transports/shared_ring/record_writer.ts";
import {
  resolveSharedRingConfig,
  type SharedRingConfig,
} from "../../../transports/shared_ring/shared_ring_config.ts";
import { type TestRing, testRing } from "./ring.ts";

/** A writer and a reader of records, with a ring between them and no socket. */
export class RecordPair {
  readonly ring: TestRing;
  readonly writer: RecordWriter;
  readonly reader: RecordReader;
  /** Who was woken. */
  readonly woken: string[] = [];

  constructor(size = 4096, config: SharedRingConfig = {}, start = 0) {
    const resolved = resolveSharedRingConfig({
      maxBodyLenRead: 2 ** 20,
      ...config,
    });
    this.ring = testRing(size, start);
    const frames = new FrameSender({
      awaken() {},
      flush() {},
      onFailed: (error) => {
        throw error;
      },
    });
    this.writer = new RecordWriter(resolved.littleEndian, frames, {
      sendDescriptors: () => "sent",
      wake: () => void this.woken.push("reader"),
      onRefused: (_header, error) => {
        throw error;
      },
    });
    this.writer.open(this.ring.writer);
    this.reader = new RecordReader(this.ring.reader, resolved, {
      takeDescriptors: (count) => ({ count, fds: [], lost: false }),
      wake: () => void this.woken.push("writer"),
      frames: { announce: noFrames, forget: noFrames, take: noFrames },
    });
  }

  /** Writes what there is room for; whether that was everything. */
  write(): boolean {
    this.writer.begin();
    return this.writer.send();
  }

  /** Reads until nothing is left to read. */
  read(): Incoming<UnixBody>[] {
    const items: Incoming<UnixBody>[] = [];
    for (;;) {
      const before = this.reader.received;
      const batch = this.reader.receive();
      items.push(...batch);
      if (batch.length === 0 && this.reader.received === before) return items;
    }
  }
}

function noFrames(): never {
  throw new Error("There are no frames here");
}

/** What reading ends with. */
export function readError(read: () => unknown): RpcError {
  try {
    read();
  } catch (error) {
    if (error instanceof RpcError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown");
}
