/**
 * Run by exhausted_test.ts, in a process of its own, which it leaves without
 * descriptors, then without address space, and then with a limit to the size of files.
 * Writes a line of JSON.
 */
import {
  FileDescriptor,
  SharedMemory,
  SharedMemoryPool,
} from "../../transports/shared_memory/mod.ts";
import { lowerLimit, RLIMIT } from "../support/processes/limits.ts";

const LARGE = 2 ** 31;

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

/** What becomes of all of them with a lower limit. */
function limited(
  resource: Parameters<typeof lowerLimit>[0],
  value: number,
): Record<string, string> {
  using _ = lowerLimit(resource, value);
  return all();
}

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
const descriptors = limited(RLIMIT.NOFILE, 3);
const space = Number(pages) * 4096 + 2 ** 29;
const addresses = limited(RLIMIT.AS, space);
const sizes = limited(RLIMIT.FSIZE, 4096);
const left = count() - before;
console.log(JSON.stringify({
  descriptors,
  addresses,
  sizes,
  left,
  regions: pool.stats().regions,
  later: all(),
}));
