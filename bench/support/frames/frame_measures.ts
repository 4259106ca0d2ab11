import { connect } from "../../../mod.ts";
import {
  SharedMemory,
  SharedMemoryPool,
} from "../../../transports/shared_memory/mod.ts";
import type { MeasureGroup } from "../ratios/measure.ts";
import { RawSink } from "../raw_client.ts";
import {
  FRAME_LEN,
  type FrameAddresses,
  frameOptions,
  frameService,
} from "./frame_shape.ts";
import { type Sample, sampleOf } from "../stats.ts";

/** Names that the limits refer to. */
export const frameMeasure = {
  STREAM: "a body of 64 MiB, Unix stream",
  POOL: "64 MiB in a warm pool, Unix seqpacket",
} as const;

const COUNT = 10;

/** Opens the connections, and gives the measures that use them. */
export async function openFrameMeasures(
  addresses: FrameAddresses,
  stack: AsyncDisposableStack,
): Promise<MeasureGroup[]> {
  const stream = stack.use(await connect(addresses.stream, frameOptions));
  const shared = stack.use(await connect(addresses.shared));
  const pool = stack.use(new SharedMemoryPool(shared));
  const raw = stack.use(
    await RawSink.connect(
      { transport: "unix", path: addresses.raw },
      FRAME_LEN,
    ),
  );
  const own = new Uint8Array(FRAME_LEN);
  let frames = 0;
  const fill = (bytes: Uint8Array): number =>
    timed(() => void bytes.fill(++frames % 256));

  const rawCopy = async (): Promise<Times> => {
    const filling = fill(own);
    const begin = performance.now();
    await raw.copy(own, 1, 1);
    return { filling, handingOver: performance.now() - begin, reading: 0 };
  };
  const body = async (serviceId: number): Promise<Times> => {
    const filling = fill(own);
    const begin = performance.now();
    const answer = await stream.call(serviceId, own);
    const handingOver = performance.now() - begin;
    return { filling, handingOver, reading: Number(answer.text()) };
  };
  const lent = async (serviceId: number): Promise<Times> => {
    using lease = pool.lend(FRAME_LEN);
    const filling = fill(lease.bytes);
    const begin = performance.now();
    const answer = await shared.call(serviceId, { data: "", fds: [lease.fd] });
    const handingOver = performance.now() - begin;
    return { filling, handingOver, reading: Number(answer.text()) };
  };
  const cold = (): Promise<Times> => {
    using memory = SharedMemory.create(FRAME_LEN);
    const filling = fill(memory.bytes);
    return Promise.resolve({ filling, handingOver: 0, reading: 0 });
  };
  const { TAKE, READ } = frameService;
  const measure = (
    name: string,
    part: keyof Times,
    trip: () => Promise<Times>,
  ) => ({ name, run: () => sample(trip, part) });
  const pooled = measure(frameMeasure.POOL, "handingOver", () => lent(TAKE));

  return [{
    baseline: measure(frameMeasure.STREAM, "handingOver", () => body(TAKE)),
    subjects: [pooled],
  }, {
    baseline: measure(
      "raw copy of 64 MiB, into one buffer",
      "handingOver",
      rawCopy,
    ),
    subjects: [pooled],
  }, {
    baseline: measure(
      "filling memory of one's own",
      "filling",
      () => body(TAKE),
    ),
    subjects: [
      measure("filling a lease, warm", "filling", () => lent(TAKE)),
      measure("filling new shared memory", "filling", cold),
    ],
  }, {
    baseline: measure("reading a body", "reading", () => body(READ)),
    subjects: [measure("reading a view, warm", "reading", () => lent(READ))],
  }];
}

/** Times of a frame, in ms. */
interface Times {
  readonly filling: number;
  /** From sending a frame to the receiver's answer that it has the frame. */
  readonly handingOver: number;
  readonly reading: number;
}

function timed(run: () => void): number {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

async function sample(
  trip: () => Promise<Times>,
  part: keyof Times,
): Promise<Sample> {
  const times = new Float64Array(COUNT);
  for (let i = 0; i < COUNT; i++) times[i] = (await trip())[part];
  return sampleOf(times, FRAME_LEN);
}
