import { brokenPackets } from "./packet_error.ts";
import type { Packet } from "./packet.ts";

/** The first byte of each kind. */
const KINDS = ["hello", "data", "ack", "ended", "closed", "alive"] as const;

/** How many u32 values follow the kind. */
const VALUES = { hello: 2, ack: 1, ended: 0, closed: 0, alive: 0 } as const;

/** The length of a packet's number, where packets are numbered. */
const NUMBER_LEN = 4;

/**
 * Packets as bytes: the kind, where they are numbered the number, and what the kind
 * has; integers in little endian. `docs/protocol.md` has the table.
 *
 * Packets are numbered where a carrier may lose some: one that is missing is then an
 * error, and not a stream with a hole.
 */
export class PacketCodec {
  readonly #headLen: number;
  #sent = 0;
  #received = 0;

  /** Makes a codec for one connection. */
  constructor({ numbered = false } = {}) {
    this.#headLen = 1 + (numbered ? NUMBER_LEN : 0);
  }

  /** The bytes of the next packet, in a buffer of their own. */
  encode(packet: Packet): Uint8Array<ArrayBuffer> {
    const headLen = this.#headLen;
    const { kind } = packet;
    const rest = kind === "data" ? packet.bytes.length : 4 * VALUES[kind];
    const bytes = new Uint8Array(headLen + rest);
    bytes[0] = KINDS.indexOf(kind);
    const view = new DataView(bytes.buffer);
    if (headLen > 1) view.setUint32(1, this.#sent++, true);
    switch (kind) {
      case "data":
        bytes.set(packet.bytes, headLen);
        break;
      case "hello":
        view.setUint32(headLen, packet.window, true);
        view.setUint32(headLen + 4, packet.every, true);
        break;
      case "ack":
        view.setUint32(headLen, packet.cost, true);
    }
    return bytes;
  }

  /**
   * Reads the next packet. The bytes of a data packet are a view of what is given.
   *
   * @throws {RpcError} `connection-aborted` if it is none, or not the next one.
   */
  decode(bytes: Uint8Array<ArrayBuffer>): Packet {
    const headLen = this.#headLen;
    const kind = KINDS[bytes[0] ?? -1];
    if (kind === undefined) {
      throw brokenPackets(
        bytes.length === 0
          ? "sent an empty message"
          : `sent a message of the unknown kind ${bytes[0]}`,
      );
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const rest = bytes.length - headLen;
    if (rest < 0) throw wrongLength(kind, bytes.length);
    if (headLen > 1) this.#checkNumber(view.getUint32(1, true));
    if (kind === "data") {
      return { kind, bytes: bytes.subarray(headLen), given: true };
    }
    if (rest !== 4 * VALUES[kind]) throw wrongLength(kind, bytes.length);
    if (kind === "ack") return { kind, cost: view.getUint32(headLen, true) };
    if (kind !== "hello") return { kind };
    return {
      kind,
      window: view.getUint32(headLen, true),
      every: view.getUint32(headLen + 4, true),
    };
  }

  #checkNumber(number: number): void {
    const next = this.#received++ >>> 0;
    if (number === next) return;
    throw brokenPackets(
      `sent message ${number} where ${next} was next: the carrier has lost messages, or changed their order`,
    );
  }
}

function wrongLength(kind: string, length: number): Error {
  return brokenPackets(`sent a message of kind ${kind} with ${length} bytes`);
}
