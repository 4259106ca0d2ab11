/**
 * Run by exhausted_test.ts, in a process of its own, which it leaves without
 * descriptors, and then without address space. Writes a line of JSON.
 */
import {
  FileDescriptor,
  SharedMemory,
  SharedMemoryPool,
} from "../../transports/shared_memory/mod.ts";

const RLIMIT_NOFILE = 7;
const RLIMIT_AS = 9;
const LARGE = 2 ** 31;

const library = Deno.dlopen("libc.so.6", {
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
});

/** Runs something with a lower limit. */
function limited<T>(resource: number, limit: number, run: () => T): T {
  const before = new BigUint64Array(2);
  library.symbols.getrlimit(resource, before);
  const lower = new BigUint64Array([BigInt(limit), before[1]!]);
  if (library.symbols.setrlimit(resource, lower) !== 0) {
    throw new Error("limit");
  }
  try {
    return run();
  } finally {
    library.symbols.setrlimit(resource, before);
  }
}

function outcome(run: () => Disposable): string {
  try {
    using _ = run();
    return "done";
  } catch (error) {
    // The numbers differ from run to run.
    return (error as Error).message.replaceAll(
      /descriptor \d+/g,
      "descriptor N",
    );
  }
}

const pool = new SharedMemoryPool({ closed: new Promise(() => {}) });
const sealed = SharedMemory.create(LARGE);
sealed.seal();
const fd = FileDescriptor.open("/dev/null");
const attempts = {
  open: () => FileDescriptor.open("/dev/null"),
  dup: () => fd.dup(),
  create: () => SharedMemory.create(LARGE),
  lend: () => {
    const lease = pool.lend(2 ** 30);
    return { [Symbol.dispose]: () => lease.release() };
  },
  from: () => {
    const copy = sealed.fd.dup();
    try {
      return SharedMemory.from(copy, { maxSize: LARGE });
    } catch (error) {
      // It is the caller's still.
      copy.stat();
      copy.close();
      throw error;
    }
  },
} satisfies Record<string, () => Disposable>;

function all(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attempts).map(([name, run]) => [name, outcome(run)]),
  );
}

/** How many descriptors are open, this look included. */
function count(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

const [pages = "0"] = Deno.readTextFileSync("/proc/self/statm").split(" ");
const before = count();
const descriptors = limited(RLIMIT_NOFILE, 3, all);
const space = Number(pages) * 4096 + 2 ** 29;
const addresses = limited(RLIMIT_AS, space, all);
const left = count() - before;
console.log(JSON.stringify({
  descriptors,
  addresses,
  left,
  regions: pool.stats().regions,
  later: all(),
}));
