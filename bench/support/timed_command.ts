/** What a process has taken. */
export interface Taken {
  /** From its start to its end, in milliseconds. */
  readonly wall: number;
  /** The CPU time of all its threads, in milliseconds. */
  readonly cpu: number;
  /** What it wrote on stderr. */
  readonly errors: string;
}

const RUSAGE_CHILDREN = -1;

/** How to start it. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs `deno` and tells what that took. No other child may end meanwhile, as the
 * system adds up their CPU times. It takes Linux.
 *
 * @throws {Error} If the process fails.
 */
export async function timeDeno(
  args: readonly string[],
  { cwd, env }: CommandOptions = {},
): Promise<Taken> {
  using times = new ChildTimes();
  const before = times.read();
  const begin = performance.now();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const wall = performance.now() - begin;
  const errors = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`deno ${args.join(" ")}: ${errors}`);
  return { wall, cpu: times.read() - before, errors };
}

/** The CPU time of the children that have ended. */
class ChildTimes implements Disposable {
  readonly #library = Deno.dlopen("libc.so.6", {
    getrusage: { parameters: ["i32", "buffer"], result: "i32" },
  });

  /** In milliseconds, user and system together. */
  read(): number {
    // struct rusage { timeval user, system; 14 longs } with timevals of two longs.
    const usage = new BigInt64Array(18);
    this.#library.symbols.getrusage(RUSAGE_CHILDREN, usage);
    const [userSec, userMicro, systemSec, systemMicro] = usage;
    return 1000 * Number(userSec! + systemSec!) +
      Number(userMicro! + systemMicro!) / 1000;
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }
}
