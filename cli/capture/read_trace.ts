import type { CapturedPacket } from "./captured_packet.ts";
import { LINKTYPE_USER0 } from "./message_packet.ts";
import { MessageTrace } from "./message_trace.ts";
import { readPackets } from "./read_packets.ts";
import type { TcpTraceOptions } from "./tcp_connection.ts";
import { TcpTrace } from "./tcp_trace.ts";
import type { TraceEvent } from "./trace_event.ts";

/** How a capture is read. */
export interface TraceOptions extends TcpTraceOptions {
  /** Only the TCP connections from or to this port. */
  readonly port?: number | undefined;
}

/**
 * What a capture tells, ours or tcpdump's.
 *
 * @throws {CaptureError} Where it can't be read: what is in front of that comes before.
 */
export async function* readTrace(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
  { port, ...options }: TraceOptions,
): AsyncGenerator<TraceEvent> {
  const ours = new MessageTrace();
  const tcp = new TcpTrace(options, port ?? null);
  const read = (packet: CapturedPacket): TraceEvent[] =>
    packet.linkType === LINKTYPE_USER0 ? ours.read(packet) : tcp.read(packet);
  for await (const packet of readPackets(chunks)) yield* read(packet);
  yield* tcp.finish();
}
