/**
 * Compares RPC with raw reads and writes, between two processes, with `deno bench`.
 *
 * - `deno bench -A bench/` runs all of it, in less than a minute; what lacks a
 *   permission is skipped, with a line that says so.
 * - The processes aren't pinned: see the README for how to compare latencies.
 *
 * @module
 */
import { connect } from "../mod.ts";
import { missingFlags } from "./support/permissions.ts";
import { RawEcho, RawSink } from "./support/raw_client.ts";
import {
  callEcho,
  callUpload,
  echoInFlight,
  exchange,
  inFlight,
  oneWay,
} from "./support/rpc_client.ts";
import { ServerProcess } from "./support/server_process.ts";
import {
  FRAME_OVERHEAD,
  LARGE,
  MIDDLE,
  optionsFor,
  type ServerAddresses,
  service,
  SMALL,
  type TransportName,
} from "./support/shape.ts";

const TRIPS = 4096;
const LARGE_COUNT = 16;

const transports = (["tcp", "unix", "seqpacket"] as const).filter(
  (transport) => {
    const flags = missingFlags(transport);
    if (flags.length > 0) {
      console.log(`Skipping the ${transport} benches: add ${flags.join(" ")}`);
    }
    return flags.length === 0;
  },
);

if (transports.length > 0) {
  // It ends with this process, as Deno kills remaining children.
  const server = await ServerProcess.start({ transports });
  addEventListener("unload", () => server.removeFolder());
  for (const transport of transports) {
    await register(transport, server.addresses(transport));
  }
}

async function register(
  transport: TransportName,
  { raw, serve, iterate }: ServerAddresses,
): Promise<void> {
  const frame = new Uint8Array(SMALL + FRAME_OVERHEAD);
  const largeFrame = new Uint8Array(LARGE + FRAME_OVERHEAD);
  const echo = await RawEcho.connect(raw, frame.length);
  const middleEcho = await RawEcho.connect(raw, MIDDLE + FRAME_OVERHEAD);
  const drain = await RawSink.connect(raw, TRIPS * frame.length);
  const sink = await RawSink.connect(raw, largeFrame.length);
  const keep = await RawSink.connect(raw, largeFrame.length, "KEEP");
  const peer = await connect(serve, optionsFor(serve));
  const iterated = await connect(iterate, optionsFor(serve));
  const small = new Uint8Array(SMALL);
  const middle = new Uint8Array(MIDDLE);
  const large = new Uint8Array(LARGE);

  benchGroup(`${transport}: one round trip of 32 bytes`, 5000, {
    "raw echo": () => echo.roundTrip(),
    "call": () => callEcho(peer, small),
    "sendRequest, recvResponse": () => exchange(iterated, small),
  });
  benchGroup(`${transport}: ${TRIPS} round trips of 32 bytes`, 20, {
    "raw echo, serial": () => inFlight(() => echo.roundTrip(), TRIPS, 1),
    "call, 64 in flight": () => echoInFlight(peer, small, TRIPS, 64),
    "call, 256 in flight": () => echoInFlight(peer, small, TRIPS, 256),
  });
  benchGroup(`${transport}: ${TRIPS} one-way messages of 32 bytes`, 50, {
    "raw write per frame": () => drain.oneWay(frame, TRIPS),
    "sendStream, each awaited": () => oneWay(peer, small, TRIPS, 1),
    "sendStream, 256 at a time": () => oneWay(peer, small, TRIPS, 256),
  });
  benchGroup(`${transport}: one round trip of 64 KiB`, 500, {
    "raw echo, 64 KiB": () => middleEcho.roundTrip(),
    "call, 64 KiB": () => callEcho(peer, middle),
  });
  // A datagram can't be longer than the socket's buffer.
  if (transport === "seqpacket") return;
  benchGroup(`${transport}: ${LARGE_COUNT} bodies of 4 MiB`, 15, {
    "raw copy, each kept": () => keep.copy(largeFrame, LARGE_COUNT, 4),
    "raw copy, into one buffer": () => sink.copy(largeFrame, LARGE_COUNT, 4),
    "call, 4 in flight": () =>
      inFlight(() => callUpload(peer, large), LARGE_COUNT, 4),
    "call, 4 in flight, disposed": () => {
      const upload = () => callUpload(peer, large, service.UPLOAD_DISPOSED);
      return inFlight(upload, LARGE_COUNT, 4);
    },
  });
}

/** Registers a group. The first bench is what the others are compared with. */
function benchGroup(
  group: string,
  n: number,
  benches: Record<string, () => Promise<void>>,
): void {
  let baseline = true;
  for (const [name, run] of Object.entries(benches)) {
    // Deno.bench awaits only what is written as an async function.
    const fn = async (): Promise<void> => await run();
    Deno.bench({ name, group, baseline, n, warmup: Math.ceil(n / 5), fn });
    baseline = false;
  }
}
