import { connect } from "../../../mod.ts";
import type { Measure, MeasureGroup } from "./measure.ts";
import { RawEcho } from "../raw_client.ts";
import { callEcho, callEchoDisposed } from "../rpc_client.ts";
import {
  connectOptions,
  FRAME_OVERHEAD,
  MEGABYTE,
  MIDDLE,
  optionsFor,
  type ServerAddresses,
} from "../shape.ts";
import { timeEach } from "../stats.ts";

/** Enough of them that one in a thousand is more than one. */
const MIDDLE_COUNT = 2000;
const MEGABYTE_COUNT = 200;

/** Opens connections, and gives the measures that send a body and get it back. */
export async function openEchoes(
  addresses: ServerAddresses,
  stack: AsyncDisposableStack,
): Promise<MeasureGroup[]> {
  const groups = await openEcho(addresses, stack, "64 KiB", {
    length: MIDDLE,
    count: MIDDLE_COUNT,
  });
  // A datagram can't be longer than the socket's buffer.
  if (optionsFor(addresses.serve).maxBodyLenWrite < MEGABYTE) return groups;
  return [
    ...groups,
    ...await openEcho(addresses, stack, "1 MiB", {
      length: MEGABYTE,
      count: MEGABYTE_COUNT,
    }),
  ];
}

/**
 * Two raw echoes: one keeps each body in memory of its own, as a program may that
 * gets it from a peer. The other one uses its memory again, as disposed bodies let
 * the peer do.
 */
async function openEcho(
  addresses: ServerAddresses,
  stack: AsyncDisposableStack,
  size: string,
  { length, count }: { readonly length: number; readonly count: number },
): Promise<MeasureGroup[]> {
  const { raw } = addresses;
  const frameLen = length + FRAME_OVERHEAD;
  const kept = stack.use(await RawEcho.connect(raw, frameLen, "ECHO_KEEP"));
  const reused = stack.use(await RawEcho.connect(raw, frameLen));
  const options = connectOptions(addresses);
  const serve = stack.use(await connect(addresses.serve, options));
  const body = new Uint8Array(length).fill(1);
  const serial = (name: string, trip: () => Promise<void>): Measure => ({
    name,
    run: () => timeEach(trip, count, length),
  });
  return [{
    baseline: serial(`raw echo, ${size}, each kept`, () => kept.roundTrip()),
    subjects: [serial(`${size} bodies`, () => callEcho(serve, body))],
  }, {
    baseline: serial(`raw echo, ${size}, one buffer`, () => reused.roundTrip()),
    subjects: [
      serial(`${size} bodies, disposed`, () => callEchoDisposed(serve, body)),
    ],
  }];
}
