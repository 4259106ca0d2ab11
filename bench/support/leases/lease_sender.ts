/**
 * The sending process of `leases.ts`. The arguments are the path of the socket, and
 * the number of rounds. Prints, for each size, the times from send to view as JSON:
 * p50 and p99 of each round, in nanoseconds.
 *
 * @module
 */
import { connect, SharedMemoryPool } from "../../../mod.ts";
import { SIZES, stream } from "./lease_shape.ts";
import { MonotonicClock } from "./monotonic_clock.ts";

/** In each round, of each size. */
const FRAMES = 200;

const [path = "frames.sock", rounds = "7"] = Deno.args;
using clock = new MonotonicClock();
await using peer = await connect(`unix+shm:${path}`);
using pool = new SharedMemoryPool(peer, { maxBytes: 2 ** 31 });
const seen = peer.subscribe(stream.SEEN);

/** How long the frames of one size took, sorted. */
async function measure(size: number): Promise<Float64Array> {
  const times = new Float64Array(FRAMES);
  const plain = new Uint8Array(size <= SIZES[0]! ? size : 0);
  for (let i = 0; i < FRAMES; i++) {
    using lease = plain.length > 0 ? null : pool.lend(size);
    const bytes = lease?.bytes ?? plain;
    bytes[0] = bytes[size - 1] = i % 256;
    const begin = clock.now();
    await peer.sendStream(stream.FRAME, lease ?? plain);
    const { value } = await seen.next();
    if (value === undefined) throw new Error("The viewer has gone");
    const { data } = value.body;
    times[i] = new Float64Array(data.slice().buffer)[0]! - begin;
  }
  return times.sort();
}

const results = SIZES.map((size) => ({ size, p50: [0], p99: [0] }));
for (const result of results) result.p50 = result.p99 = [];
// The first round warms up.
for (let round = -1; round < Number(rounds); round++) {
  for (const result of results) {
    const times = await measure(result.size);
    if (round < 0) continue;
    result.p50 = [...result.p50, times[FRAMES * 0.5]!];
    result.p99 = [...result.p99, times[FRAMES * 0.99]!];
  }
}
console.log(JSON.stringify(results));
