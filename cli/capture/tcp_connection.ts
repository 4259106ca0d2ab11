import { concat } from "@std/bytes";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { FRAME_HEAD_LEN } from "../../protocol/header.ts";
import { foreignProtocol } from "../../protocol/foreign_protocol.ts";
import { guessEndian } from "./guess_endian.ts";
import { TcpDirection, type TcpProgress } from "./tcp_direction.ts";
import type { TcpSegment } from "./tcp_segment.ts";
import type { Side, TraceEvent } from "./trace_event.ts";

/** How messages in captures of TCP are read. */
export interface TcpTraceOptions {
  /** The longest body. */
  readonly maxBody: number;
  /** The byte order; guessed where it isn't given. */
  readonly endian?: "little" | "big" | undefined;
}

/** One direction: its bytes, and its messages. */
interface Direction {
  readonly tcp: TcpDirection;
  decoder: FrameDecoder | null;
  /** The first bytes, while they are too few to tell the byte order. */
  first: Uint8Array<ArrayBuffer>;
  isOver: boolean;
}

const SIDES = ["client", "server"] as const;

/** A TCP connection of a capture: what its segments tell. */
export class TcpConnection {
  readonly #number: number;
  readonly #client: string;
  readonly #options: TcpTraceOptions;
  readonly #sides: Readonly<Record<Side, Direction>> = {
    client: newDirection(),
    server: newDirection(),
  };
  #endian: "little" | "big" | null;
  /** The number that the client began with: the same ports may be used again. */
  #begin: number | null = null;
  #isSaid = false;

  /** Begins with its first segment. */
  constructor(number: number, client: string, options: TcpTraceOptions) {
    this.#number = number;
    this.#client = client;
    this.#options = options;
    this.#endian = options.endian ?? null;
  }

  /** Whether a segment begins another connection between the same ports. */
  isReplacedBy({ syn, ack, sequence }: TcpSegment): boolean {
    return syn && !ack && this.#begin !== null && this.#begin !== sequence;
  }

  /** What a segment tells. */
  add(segment: TcpSegment, time: number): TraceEvent[] {
    const from = segment.from === this.#client ? "client" : "server";
    const direction = this.#sides[from];
    if (segment.syn && !segment.ack) this.#begin = segment.sequence;
    const events: TraceEvent[] = [];
    if (segment.rst) return this.#end(from, time, "It was reset");
    const progress = direction.tcp.add(segment);
    if (direction.isOver) return events;
    if (!this.#isSaid && progress.bytes.length > 0) {
      this.#isSaid = true;
      const begun = direction.tcp.isWhole
        ? "begins"
        : "its beginning isn't in the capture: messages may be taken for others";
      const between = `between ${segment.from} and ${segment.to}`;
      events.push(this.#remark(time, `${begun}, ${between}`));
    }
    for (const bytes of progress.bytes) {
      events.push(...this.#decode(from, bytes, time));
    }
    return [...events, ...this.#after(from, progress, time)];
  }

  /** The capture is over. */
  finish(time: number): TraceEvent[] {
    return SIDES.flatMap((from) => {
      const gap = this.#sides[from].tcp.finish();
      return gap === null ? [] : this.#lost(from, gap, time);
    });
  }

  #after(
    from: Side,
    { gap, ended }: TcpProgress,
    time: number,
  ): TraceEvent[] {
    if (gap !== null) return this.#lost(from, gap, time);
    if (!ended) return [];
    const { decoder, first } = this.#sides[from];
    const cut = decoder?.end()?.message ??
      (first.length > 0 ? "It ended within a message" : null);
    return this.#end(from, time, cut);
  }

  #decode(
    from: Side,
    bytes: Uint8Array<ArrayBuffer>,
    time: number,
  ): TraceEvent[] {
    const direction = this.#sides[from];
    if (direction.isOver) return [];
    let chunk = bytes;
    if (direction.decoder === null) {
      chunk = concat([direction.first, bytes]);
      direction.first = chunk;
      if (chunk.length < FRAME_HEAD_LEN) return [];
      direction.first = new Uint8Array();
      direction.decoder = this.#makeDecoder(chunk);
    }
    const { decoder } = direction;
    const littleEndian = this.#endian !== "big";
    const events = decoder.push(chunk).map(({ header, body }): TraceEvent => ({
      ...{ kind: "message", connection: this.#number, from, time },
      message: { header, data: body.data, descriptors: 0, littleEndian },
    }));
    if (decoder.error === null) return events;
    direction.isOver = true;
    const text = `the ${from}'s messages are not read any more: `;
    return [...events, this.#remark(time, text + decoder.error.message)];
  }

  #makeDecoder(head: Uint8Array<ArrayBuffer>): FrameDecoder {
    const { maxBody } = this.#options;
    const endian = this.#endian ??= guessEndian(head, maxBody);
    const config = resolveStreamConfig({ maxBodyLenRead: maxBody, endian });
    return new FrameDecoder(config, Infinity, foreignProtocol);
  }

  #lost(from: Side, gap: string, time: number): TraceEvent[] {
    const direction = this.#sides[from];
    if (direction.isOver) return [];
    direction.isOver = true;
    const text = `the ${from}'s messages are not read any more: ${gap}`;
    return [this.#remark(time, text)];
  }

  #end(from: Side, time: number, error: string | null): TraceEvent[] {
    const direction = this.#sides[from];
    if (direction.isOver) return [];
    direction.isOver = true;
    return [{ kind: "end", connection: this.#number, from, time, error }];
  }

  #remark(time: number, text: string): TraceEvent {
    return { kind: "remark", connection: this.#number, time, text };
  }
}

function newDirection(): Direction {
  return {
    tcp: new TcpDirection(),
    ...{ decoder: null, first: new Uint8Array(), isOver: false },
  };
}
