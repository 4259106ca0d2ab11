/**
 * Measures shared memory of 64 MiB in one process, cold and warm, against a copy of
 * 64 MiB.
 *
 * `deno bench -A bench/shared_memory_bench.ts` takes half a minute. For the times
 * between two processes see `frames.ts`.
 *
 * @module
 */
import {
  SharedMemory,
  SharedMemoryPool,
} from "../transports/shared_memory/mod.ts";

const SIZE = 64 * 1024 * 1024;
const allowed = Deno.build.os === "linux" &&
  Deno.permissions.querySync({ name: "ffi" }).state === "granted";

if (allowed) register();
else {console.log(
    "Skipping the shared memory benches: add --allow-ffi, on Linux",
  );}

function register(): void {
  const closed = new Promise<never>(() => {});
  const sending = new SharedMemoryPool({ closed });
  const receiving = new SharedMemoryPool({ closed });
  const other = new SharedMemoryPool({ closed });
  const frame = new Uint8Array(SIZE).fill(1);
  const buffer = new Uint8Array(SIZE).fill(2);
  const lease = sending.lend(SIZE);
  lease.bytes.set(frame);
  const readOnly = SharedMemory.from(lease.fd.dup());
  buffer.set(readOnly.bytes);

  benchGroup("to have 64 MiB to write to", 200, {
    "copy 64 MiB, for comparison": () => buffer.set(frame),
    "SharedMemory.create, cold": () => SharedMemory.create(SIZE).close(),
    "pool.lend, warm": () => other.lend(SIZE).release(),
  });
  benchGroup("to fill them", 20, {
    "copy 64 MiB, for comparison": () => buffer.set(frame),
    "into SharedMemory.create, cold": () => {
      using memory = SharedMemory.create(SIZE);
      memory.bytes.set(frame);
    },
    "into pool.lend, warm": () => {
      using warm = other.lend(SIZE);
      warm.bytes.set(frame);
    },
  });
  benchGroup("to have 64 MiB that were sent", 200, {
    "copy 64 MiB, for comparison": () => buffer.set(frame),
    "SharedMemory.from, cold": () => SharedMemory.from(lease.fd.dup()).close(),
    "pool.map, cached": () => void receiving.map(lease.fd.dup()),
  });
  benchGroup("to read them", 20, {
    "copy 64 MiB, for comparison": () => buffer.set(frame),
    "from SharedMemory.from, cold": () => {
      using memory = SharedMemory.from(lease.fd.dup());
      buffer.set(memory.bytes);
    },
    "from SharedMemory.from, warm": () => buffer.set(readOnly.bytes),
    "from pool.map, cached": () => {
      buffer.set(receiving.map(lease.fd.dup()).bytes);
    },
  });
}

/** Registers a group. The first bench is what the others are compared with. */
function benchGroup(
  group: string,
  n: number,
  benches: Record<string, () => void>,
): void {
  let baseline = true;
  for (const [name, fn] of Object.entries(benches)) {
    Deno.bench({ name, group, baseline, n, warmup: Math.ceil(n / 5), fn });
    baseline = false;
  }
}
