import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import type { Clock } from "../../internal/clock.ts";
import type { Message, StreamConfig } from "../../mod.ts";
import { RpcError } from "../../mod.ts";
import type {
  Carrier,
  PacketReceiver,
} from "../../transports/messages/carrier.ts";
import type { Packet } from "../../transports/messages/packet.ts";
import { PacketCodec } from "../../transports/messages/packet_codec.ts";
import { PacketIo } from "../../transports/messages/packet_io.ts";
import {
  type CarrierHeartbeat,
  type PacketOptions,
  resolvePacketOptions,
} from "../../transports/messages/packet_options.ts";

/** A carrier whose other side is the test: it sees each packet, and sends what it likes. */
export class TestCarrier implements Carrier {
  readonly maxDataLen: number;
  readonly maxGivenLen: number;
  /** What was sent and is not delivered yet. */
  readonly sent: Packet[] = [];
  closed = false;
  #receiver: PacketReceiver | null = null;

  constructor(maxDataLen = 256 * 1024, maxGivenLen = Infinity) {
    this.maxDataLen = maxDataLen;
    this.maxGivenLen = maxGivenLen;
  }

  start(receiver: PacketReceiver): void {
    this.#receiver = receiver;
  }

  send(packet: Packet): void {
    // As any carrier: the bytes may change afterwards.
    this.sent.push(
      packet.kind === "data"
        ? { ...packet, bytes: packet.bytes.slice() }
        : packet,
    );
  }

  abort(): void {
    this.close();
  }

  close(): void {
    this.closed = true;
  }

  ref(): void {}
  unref(): void {}

  /** Something comes from the other side. */
  receive(...packets: Packet[]): void {
    for (const packet of packets) this.#receiver!.onPacket(packet);
  }

  /** The carrier ends by itself. */
  break(text = "The carrier broke"): void {
    const error = new RpcError("connection-aborted", text, { fatal: true });
    this.#receiver!.onEnd(error);
  }

  /** The kinds of what was sent, without what has been taken out. */
  get kinds(): string[] {
    return this.sent.map(({ kind }) => kind);
  }
}

/** What a side is made with. */
export interface SideOptions extends PacketOptions {
  heartbeat?: CarrierHeartbeat;
  clock?: Clock;
  maxDataLen?: number;
  maxGivenLen?: number;
}

/** One end, and the test as its other side. */
export interface Side {
  readonly io: PacketIo;
  readonly carrier: TestCarrier;
}

/** The hello of an other side. */
export function hello(window = 1024 * 1024, every = 0): Packet {
  return { kind: "hello", window, every };
}

/** A data packet of so many bytes. */
export function data(length: number, fill = 0): Packet {
  const bytes = new Uint8Array(length).fill(fill);
  return { kind: "data", bytes, given: true };
}

/** Makes one end. */
export function side(options: SideOptions = {}): Side {
  const carrier = new TestCarrier(options.maxDataLen, options.maxGivenLen);
  const { heartbeat = null, clock } = options;
  const io = new PacketIo(
    carrier,
    resolvePacketOptions(options, heartbeat),
    clock,
  );
  return { io, carrier };
}

/** A decoder, to see what an end reads. */
export function decoder(config: StreamConfig = {}): FrameDecoder {
  return new FrameDecoder(resolveStreamConfig(config));
}

/** Delivers the oldest packet of one end to the other, as bytes; false if there is none. */
export class Wire {
  readonly #from: TestCarrier;
  readonly #to: TestCarrier;
  readonly #encoder = new PacketCodec({ numbered: true });
  readonly #decoder = new PacketCodec({ numbered: true });

  constructor(from: TestCarrier, to: TestCarrier) {
    this.#from = from;
    this.#to = to;
  }

  deliver(): boolean {
    const packet = this.#from.sent.shift();
    if (packet === undefined) return false;
    this.#to.receive(this.#decoder.decode(this.#encoder.encode(packet)));
    return true;
  }
}

/** The error that a read ends with, after any number of reads that give something. */
export async function readError(io: PacketIo): Promise<RpcError | null> {
  const into = decoder();
  try {
    for (;;) {
      const messages: Message[] | null = await io.receive(into);
      if (messages === null) return null;
    }
  } catch (error) {
    if (error instanceof RpcError) return error;
    throw error;
  }
}
