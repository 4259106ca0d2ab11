import { connect } from "../../mod.ts";
import { RawEcho, RawSink } from "./raw_client.ts";
import {
  callEcho,
  callUpload,
  echoInFlight,
  exchange,
  inFlight,
  oneWay,
} from "./rpc_client.ts";
import {
  connectOptions,
  FRAME_OVERHEAD,
  LARGE,
  MIDDLE,
  type ServerAddresses,
  service,
  SMALL,
} from "./shape.ts";
import { type Sample, timeAll, timeEach } from "./stats.ts";

/** Something to measure, and what it is compared with. */
export interface Measure {
  /** What the table calls it. */
  readonly name: string;
  /** Runs one round of it. */
  run(): Promise<Sample>;
}

/** A raw measure, and the RPC measures that are set against it. */
export interface MeasureGroup {
  /** The raw one. */
  readonly baseline: Measure;
  /** The RPC ones. */
  readonly subjects: readonly Measure[];
}

/** Names that the limits refer to. */
export const measureName = {
  RAW_ECHO: "raw echo, serial",
  PING_PONG: "ping-pong",
  IN_FLIGHT_256: "256 in flight",
  RAW_COPY: "raw copy, 4 MiB, into one buffer",
  RAW_KEEP: "raw copy, 4 MiB, each kept",
  LARGE: "4 MiB bodies, 4 in flight",
  LARGE_DISPOSED: "4 MiB bodies, 4 in flight, disposed",
} as const;

const SERIAL_COUNT = 3000;
const STREAM_COUNT = 1024 * 128;
const MIDDLE_COUNT = 400;
const LARGE_COUNT = 96;
const LARGE_WIDTH = 4;

/** Opens the connections, and gives the measures that use them. */
export async function openMeasures(
  addresses: ServerAddresses,
  stack: AsyncDisposableStack,
): Promise<MeasureGroup[]> {
  const rawSmall = new Uint8Array(SMALL + FRAME_OVERHEAD);
  const rawOneWayLen = STREAM_COUNT * rawSmall.length;
  const { raw } = addresses;
  const echo = stack.use(await RawEcho.connect(raw, rawSmall.length));
  const middle = stack.use(
    await RawEcho.connect(raw, MIDDLE + FRAME_OVERHEAD),
  );
  const sink = stack.use(await RawSink.connect(raw, LARGE + FRAME_OVERHEAD));
  const keep = stack.use(
    await RawSink.connect(raw, LARGE + FRAME_OVERHEAD, "KEEP"),
  );
  const drain = stack.use(await RawSink.connect(raw, rawOneWayLen));
  const rawLarge = new Uint8Array(LARGE + FRAME_OVERHEAD).fill(1);
  const options = connectOptions(addresses);
  const serve = stack.use(await connect(addresses.serve, options));
  const iterate = stack.use(await connect(addresses.iterate, options));

  const small = new Uint8Array(SMALL).fill(1);
  const medium = new Uint8Array(MIDDLE).fill(1);
  const large = new Uint8Array(LARGE).fill(1);
  const smallCall = (): Promise<void> => callEcho(serve, small);
  const smallExchange = (): Promise<void> => exchange(iterate, small);

  const serial = (
    name: string,
    trip: () => Promise<void>,
    count = SERIAL_COUNT,
    bodyLen = SMALL,
  ): Measure => ({ name, run: () => timeEach(trip, count, bodyLen) });
  const wide = (
    name: string,
    count: number,
    run: (count: number) => Promise<void>,
  ): Measure => ({
    name,
    run: () => timeAll(() => run(count), count, SMALL),
  });
  const streamed = (
    name: string,
    peer: typeof serve,
    batch: number,
  ): Measure => ({
    name,
    run: () =>
      timeAll(
        () => oneWay(peer, small, STREAM_COUNT, batch),
        STREAM_COUNT,
        SMALL,
      ),
  });
  const copy = (name: string, run: () => Promise<void>): Measure => ({
    name,
    run: () => timeAll(run, LARGE_COUNT, LARGE),
  });
  const uploads = (
    width: number,
    serviceId: number = service.UPLOAD,
  ): Promise<void> =>
    inFlight(() => callUpload(serve, large, serviceId), LARGE_COUNT, width);
  const rawEcho = serial(measureName.RAW_ECHO, () => echo.roundTrip());

  const groups: MeasureGroup[] = [{
    baseline: rawEcho,
    subjects: [
      serial(measureName.PING_PONG, smallCall),
      serial("ping-pong, by handles", smallExchange),
    ],
  }, {
    baseline: rawEcho,
    subjects: [
      wide(
        "64 in flight",
        64 * 1024,
        (count) => echoInFlight(serve, small, count, 64),
      ),
      wide(
        measureName.IN_FLIGHT_256,
        128 * 1024,
        (count) => echoInFlight(serve, small, count, 256),
      ),
      wide(
        "256 in flight, by handles",
        128 * 1024,
        (count) => inFlight(smallExchange, count, 256),
      ),
    ],
  }, {
    baseline: {
      name: "raw write per frame",
      run: () =>
        timeAll(
          () => drain.oneWay(rawSmall, STREAM_COUNT),
          STREAM_COUNT,
          SMALL,
        ),
    },
    subjects: [
      streamed("one-way, each awaited", serve, 1),
      streamed("one-way, 256 at a time", serve, 256),
      streamed("one-way, 256 at a time, iterated", iterate, 256),
    ],
  }, {
    baseline: serial(
      "raw echo, 64 KiB",
      () => middle.roundTrip(),
      MIDDLE_COUNT,
      MIDDLE,
    ),
    subjects: [
      serial(
        "64 KiB bodies",
        () => callEcho(serve, medium),
        MIDDLE_COUNT,
        MIDDLE,
      ),
    ],
  }];
  // A datagram can't be longer than the socket's buffer.
  if (options.maxBodyLenWrite < LARGE) return groups;
  return [...groups, {
    baseline: copy(
      measureName.RAW_COPY,
      () => sink.copy(rawLarge, LARGE_COUNT, LARGE_WIDTH),
    ),
    subjects: [
      copy(
        measureName.LARGE_DISPOSED,
        () => uploads(LARGE_WIDTH, service.UPLOAD_DISPOSED),
      ),
    ],
  }, {
    baseline: copy(
      measureName.RAW_KEEP,
      () => keep.copy(rawLarge, LARGE_COUNT, LARGE_WIDTH),
    ),
    subjects: [copy(measureName.LARGE, () => uploads(LARGE_WIDTH))],
  }, {
    baseline: copy(
      `${measureName.RAW_KEEP}, one at a time`,
      () => keep.copy(rawLarge, LARGE_COUNT, 1),
    ),
    subjects: [copy("4 MiB bodies, one at a time", () => uploads(1))],
  }];
}
