import { toRpcError } from "../../internal/errors.ts";
import type { Carrier, PacketReceiver } from "../messages/carrier.ts";
import { FIRST_WINDOW, type Packet, PACKET_COST } from "../messages/packet.ts";
import { PacketCodec } from "../messages/packet_codec.ts";
import type { NatsMessage, NatsSubscription } from "./nats_connection.ts";
import { disconnected, gone } from "./nats_error.ts";
import type { NatsLink } from "./nats_link.ts";

/** A longer piece would hold up what has to go between two pieces. */
const MAX_DATA_LEN = 256 * 1024;

/** The kind and the number of a packet. */
const HEAD_LEN = 5;

/** What a side may send before the other one has begun, with some room. */
const MAX_EARLY_LEN = 2 * FIRST_WINDOW + 2 * MAX_DATA_LEN;

const EMPTY = new Uint8Array(0);

/** What a session has besides its connection to NATS. */
export interface SessionParts {
  /** The subject on which this side receives. */
  readonly inbox: string;
  /** The subject on which the other side receives. */
  readonly outbox: string;
  /** Ends receiving. */
  readonly subscription: NatsSubscription;
}

/**
 * Packets over two subjects of NATS. They are numbered: a message that NATS has lost ends
 * the session.
 *
 * Each asks for an answer to the subject on which this side receives. Nobody sends one
 * but the server of NATS: an empty message, if nobody receives the packet.
 */
export class NatsCarrier implements Carrier {
  readonly maxDataLen: number;
  readonly maxGivenLen: number;
  readonly #link: NatsLink;
  readonly #parts: SessionParts;
  readonly #codec = new PacketCodec({ numbered: true });
  readonly #forget: () => void;
  #receiver: PacketReceiver | null = null;
  /** What came before there was a receiver. */
  #early: NatsMessage[] = [];
  #earlyLen = 0;
  #lostEarly = false;
  #open = true;
  #closed: Promise<void> | null = null;

  /** Takes over a session. */
  constructor(link: NatsLink, parts: SessionParts) {
    this.#link = link;
    this.#parts = parts;
    this.maxDataLen = Math.min(MAX_DATA_LEN, link.maxPayload - HEAD_LEN);
    this.maxGivenLen = this.maxDataLen;
    this.#forget = link.onLost(() => this.#onLost());
    link.use();
  }

  start(receiver: PacketReceiver): void {
    this.#receiver = receiver;
    const early = this.#early;
    this.#early = [];
    for (const message of early) this.receive(message);
    if (this.#lostEarly) this.#onLost();
  }

  /** A message has come on the subject of this side. */
  receive(message: NatsMessage): void {
    const receiver = this.#receiver;
    if (!this.#open) return;
    if (receiver === null) return this.#keep(message);
    const { data, headers } = message;
    if (data.length === 0) return receiver.onEnd(gone(headers?.code === 503));
    let packet: Packet;
    try {
      packet = this.#codec.decode(plainBytes(data));
    } catch (error) {
      return receiver.onEnd(toRpcError(error));
    }
    receiver.onPacket(packet);
  }

  send(packet: Packet): void {
    if (!this.#link.connected) throw disconnected(this.#link.server);
    const { inbox, outbox } = this.#parts;
    const bytes = this.#codec.encode(packet);
    this.#link.connection.publish(outbox, bytes, { reply: inbox });
  }

  abort(): void {
    if (!this.#stop() || !this.#link.connected) return;
    // Without an answer: the other side may be gone.
    this.#link.connection.publish(this.#parts.outbox, EMPTY);
  }

  async close(): Promise<void> {
    this.#stop();
    this.#closed ??= this.#link.release();
    await this.#closed;
  }

  // The NATS client has no such thing.
  ref(): void {}

  unref(): void {}

  /** Keeps what came early. What is beyond what a side may send then is a gap later. */
  #keep(message: NatsMessage): void {
    this.#earlyLen += message.data.length + PACKET_COST;
    if (this.#earlyLen <= MAX_EARLY_LEN) this.#early.push(message);
  }

  #stop(): boolean {
    if (!this.#open) return false;
    this.#open = false;
    this.#forget();
    this.#parts.subscription.unsubscribe();
    return true;
  }

  #onLost(): void {
    if (this.#receiver === null) this.#lostEarly = true;
    else this.#receiver.onEnd(disconnected(this.#link.server));
  }
}

/** Without the methods of Node's Buffer, whose `slice` copies nothing. */
function plainBytes(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    data.buffer as ArrayBuffer,
    data.byteOffset,
    data.length,
  );
}
