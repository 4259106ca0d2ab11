/**
 * Run by cycles_test.ts, in a process of its own: /proc/self shows all descriptors
 * and mappings. Writes a line of JSON for each way of using memory up.
 */
import { assertRejects } from "@std/assert";
import {
  FileDescriptor,
  SharedMemory,
  SharedMemoryPool,
} from "../../transports/shared_memory/mod.ts";
import { pipe } from "../descriptor/support.ts";
import { sized } from "../support/suite/long.ts";
import { openSignalSockets } from "../support/processes/signal_sockets.ts";

openSignalSockets();

/** More than the addresses that are kept, of which there are 256. */
const ROUNDS = sized(400, 1000);
const SIZE = 100_000;

/** A pool, and the end of its connection. */
function open(): { pool: SharedMemoryPool; end: () => Promise<void> } {
  const closed = Promise.withResolvers<void>();
  const pool = new SharedMemoryPool({ closed: closed.promise });
  const end = async (): Promise<void> => {
    closed.resolve();
    await closed.promise;
  };
  return { pool, end };
}

const sending = open();
const receiving = open();

const WAYS: Record<string, () => void | Promise<void>> = {
  "memory is created, mapped and closed"() {
    using memory = SharedMemory.create(SIZE);
    memory.bytes.fill(1);
    memory.seal();
    using same = SharedMemory.from(memory.fd.dup());
    if (same.bytes[SIZE - 1] !== 1) throw new Error("Not the same memory");
  },
  "memory is refused"() {
    using memory = SharedMemory.create(SIZE);
    using fd = memory.fd.dup();
    try {
      SharedMemory.from(fd);
    } catch {
      return;
    }
    throw new Error("Not refused");
  },
  "a lease is sent, mapped and released"() {
    using lease = sending.pool.lend(SIZE);
    lease.bytes.fill(1);
    const { bytes } = receiving.pool.map(lease.fd.dup());
    if (bytes[SIZE - 1] !== 1) throw new Error("Not the same memory");
  },
  "all is lent, and waited for"() {
    const leases = [1, 2, 3, 4, 5, 6, 7, 8].map(() => sending.pool.lend(SIZE));
    const waiting = sending.pool.lendWhenFree(SIZE);
    for (const lease of leases) lease.release();
    return waiting.then((lease) => lease.release());
  },
  async "a connection ends with everything in use"() {
    const [here, there] = [open(), open()];
    for (let i = 0; i < 4; i++) {
      there.pool.map(here.pool.lend(SIZE).fd.dup());
    }
    await Promise.all([here.end(), there.end()]);
  },
  "frames of many sizes"() {
    for (let size = 1000; size < 4_000_000; size *= 3) {
      sending.pool.lend(size).release();
    }
  },
  async "descriptors are opened, duplicated, read and closed"() {
    using ends = pipe();
    using file = FileDescriptor.open("/dev/null", "r+");
    using copy = file.dup();
    const reading = ends.reader.read(new Uint8Array(1));
    ends.writer.writeSync(new Uint8Array(1));
    await reading;
    const waiting = ends.reader.read(new Uint8Array(1));
    ends.reader.close();
    await assertRejects(() => waiting, Deno.errors.Interrupted);
    copy.stat();
    (await file.toFile()).close();
  },
};

function held(): { descriptors: number; mappings: number } {
  const maps = Deno.readTextFileSync("/proc/self/maps").split("\n");
  return {
    descriptors: [...Deno.readDirSync("/proc/self/fd")].length,
    mappings: maps.filter((line) => line.includes("/memfd:")).length,
  };
}

/** How much address space is in use, in MiB. */
function addressSpace(): number {
  const [pages] = Deno.readTextFileSync("/proc/self/statm").split(" ");
  return Number(pages) * 4096 / 2 ** 20;
}

for (const [name, way] of Object.entries(WAYS)) {
  for (let i = 0; i < 10; i++) await way();
  let left = { descriptors: 0, mappings: 0, grown: 0 };
  // The runtime opens some of its own at its own time; a leak comes again.
  for (let attempt = 0; attempt < 3; attempt++) {
    const [before, space] = [held(), addressSpace()];
    for (let i = 0; i < ROUNDS; i++) await way();
    const after = held();
    left = {
      descriptors: after.descriptors - before.descriptors,
      mappings: after.mappings - before.mappings,
      grown: Math.round(addressSpace() - space),
    };
    if (left.descriptors <= 0 && left.mappings <= 0) break;
  }
  console.log(JSON.stringify({ name, ...left }));
}
await Promise.all([sending.end(), receiving.end()]);
console.log(
  JSON.stringify({ name: "the end", ...held(), descriptors: 0, grown: 0 }),
);
