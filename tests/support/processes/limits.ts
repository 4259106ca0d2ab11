import { exists } from "../files/exists.ts";
import { libcFunctions } from "../suite/libc_functions.ts";
import { openSignalSockets } from "./signal_sockets.ts";

/** Limits of the process, by the numbers of Linux. */
export const RLIMIT = { FSIZE: 1, NOFILE: 7, AS: 9 } as const;

const symbols = libcFunctions({
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
});

openSignalSockets();

/** Lowers a limit of this process until it is disposed. */
export function lowerLimit(
  resource: typeof RLIMIT[keyof typeof RLIMIT],
  value: number,
): Disposable {
  const before = new BigUint64Array(2);
  symbols.getrlimit(resource, before);
  const lower = new BigUint64Array([BigInt(value), before[1]!]);
  if (symbols.setrlimit(resource, lower) !== 0) throw new Error("setrlimit");
  return {
    [Symbol.dispose]: () => void symbols.setrlimit(resource, before),
  };
}

/** Leaves this process room for so many descriptors more, until it is disposed. */
export function limitDescriptors(room: number): Disposable {
  const taken = new Set(
    [...Deno.readDirSync("/proc/self/fd")]
      // That of the look itself is free again.
      .filter(({ name }) => exists(`/proc/self/fd/${name}`))
      .map(({ name }) => Number(name)),
  );
  let first = 0;
  for (let left = room; left >= 0; first++) {
    if (!taken.has(first)) left--;
  }
  // The number that was counted last is the first that is too much.
  return lowerLimit(RLIMIT.NOFILE, first - 1);
}
