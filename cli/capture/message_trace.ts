import { concat } from "@std/bytes";
import { errorText } from "../../internal/errors.ts";
import { HEADER_LEN, MessageHeader } from "../../protocol/header.ts";
import type { CapturedPacket } from "./captured_packet.ts";
import {
  decodePacket,
  type MessagePacket,
  packetFlag,
} from "./message_packet.ts";
import type { TraceEvent } from "./trace_event.ts";

/** A message of which more packets come. */
interface Unfinished {
  readonly packet: MessagePacket;
  readonly parts: Uint8Array<ArrayBuffer>[];
}

/** What `CaptureWriter` puts in front of a remark. */
const OF_CONNECTION = /^Connection \d+: /;

/** Reads the packets of our captures. */
export class MessageTrace {
  readonly #unfinished = new Map<string, Unfinished>();

  /**
   * What a packet tells.
   *
   * @throws {CaptureError} If it is none of ours.
   */
  read(captured: CapturedPacket): TraceEvent[] {
    const { time, data, originalLength, comments } = captured;
    const packet = decodePacket(data);
    const { connection, from, flags } = packet;
    const at = { time, connection };
    const remark = (text: string): TraceEvent => ({
      ...{ kind: "remark", ...at },
      text: text.replace(OF_CONNECTION, ""),
    });
    if (flags & packetFlag.END) {
      const broken = (flags & packetFlag.BROKEN) !== 0;
      const error = broken ? comments.at(-1) ?? "it broke off" : null;
      const said = broken ? comments.slice(0, -1) : comments;
      return [...said.map(remark), { kind: "end", ...at, from, error }];
    }
    const events = comments.map(remark);
    if (data.length < originalLength) {
      const missing = originalLength - data.length;
      this.#unfinished.delete(keyOf(packet));
      const text = `${missing} bytes of a message are not in the capture`;
      return [...events, remark(text)];
    }
    const whole = this.#join(packet);
    if (whole === null) return events;
    try {
      return [...events, messageOf(whole, time)];
    } catch (error) {
      return [...events, remark(errorText(error))];
    }
  }

  /** The whole message, if this packet is the last of it. */
  #join(packet: MessagePacket): MessagePacket | null {
    const key = keyOf(packet);
    const isContinued = (packet.flags & packetFlag.CONTINUED) !== 0;
    const before = this.#unfinished.get(key);
    // Its beginning isn't in the capture.
    if (isContinued && before === undefined) return null;
    const first = isContinued ? before! : { packet, parts: [] };
    first.parts.push(packet.payload);
    if (packet.flags & packetFlag.MORE) {
      this.#unfinished.set(key, first);
      return null;
    }
    this.#unfinished.delete(key);
    return { ...first.packet, payload: concat(first.parts) };
  }
}

function keyOf({ connection, from }: MessagePacket): string {
  return `${connection} ${from}`;
}

/** @throws {RpcError} If it is no message. */
function messageOf(
  { connection, from, flags, descriptors, payload }: MessagePacket,
  time: number,
): TraceEvent {
  const littleEndian = (flags & packetFlag.BIG_ENDIAN) === 0;
  const header = MessageHeader.decode(payload, littleEndian ? "little" : "big");
  const data = payload.subarray(HEADER_LEN);
  return {
    ...{ kind: "message", time, connection, from },
    message: { header, data, descriptors, littleEndian },
  };
}
