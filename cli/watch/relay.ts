import type { Body } from "../../protocol/body.ts";
import type { Endian } from "../../protocol/header.ts";
import {
  byteIo,
  FramedTransport,
} from "../../transports/framed/framed_transport.ts";
import type { Transport } from "../../transports/transport.ts";
import { otherSide, type Side } from "../capture/trace_event.ts";
import {
  pumpBytes,
  type PumpEnd,
  type PumpEvents,
  pumpMessages,
} from "./pump.ts";

/** The two ends of a connection that is watched. */
export type Ends = Readonly<Record<Side, Transport<Body>>>;

/** How it is read. */
export interface RelayOptions {
  /** The longest body that is shown, where bytes are passed on. */
  readonly maxBody: number;
  /** The byte order of byte streams. */
  readonly endian: Endian;
}

const SIDES = ["client", "server"] as const;

/**
 * Passes on what two sides send each other, until both directions are over, and closes
 * both ends then.
 *
 * - Byte streams go through byte by byte, other transports message by message.
 * - An end of one side is the end of that direction: the other one goes on.
 * - Where a side breaks off, so does this; where it only takes nothing more, what it has
 *   sent is still passed on.
 */
export async function relay(
  ends: Ends,
  options: RelayOptions,
  eventsOf: (from: Side) => PumpEvents,
): Promise<void> {
  const pumps = pumpsOf(ends, options);
  const broken = Promise.withResolvers<void>();
  const directions = SIDES.map(async (from) => {
    const end = await pumps(from, eventsOf(from));
    if (end === "read-failed") broken.resolve();
  });
  const over = Promise.all(directions);
  try {
    await Promise.race([over, broken.promise]);
  } finally {
    await Promise.all([ends.client.close(), ends.server.close()]);
    await over;
  }
}

function pumpsOf(
  ends: Ends,
  options: RelayOptions,
): (from: Side, events: PumpEvents) => Promise<PumpEnd> {
  const { client, server } = ends;
  if (client instanceof FramedTransport && server instanceof FramedTransport) {
    const io = { client: client[byteIo](), server: server[byteIo]() };
    return (from, events) =>
      pumpBytes(io[from], io[otherSide(from)], options, events);
  }
  return (from, events) =>
    pumpMessages(ends[from], ends[otherSide(from)], events);
}
