import { libcFunctions } from "../../support/suite/libc_functions.ts";

/** The C library as the tests use it, which is not the library's own way. */
const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  dup3: { parameters: ["i32", "i32", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  poll: {
    parameters: ["buffer", "usize", "i32"],
    result: "i32",
    nonblocking: true,
  },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
  setsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  setuid: { parameters: ["u32"], result: "i32" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
} as const satisfies Deno.ForeignLibraryInterface;

const F_GETFD = 1;

const functions = libcFunctions(SYMBOLS);

/** Functions of the C library. */
export class RawLibc {
  readonly symbols: Deno.StaticForeignLibraryInterface<typeof SYMBOLS> =
    functions;
  readonly #errno = new Deno.UnsafePointerView(
    this.symbols.__errno_location()!,
  );

  /** The error of the last call. */
  get errno(): number {
    return this.#errno.getInt32(0);
  }

  /** Throws if a call has failed; else gives its result. */
  ok(result: number | bigint): number {
    if (result < 0) throw new Error(`The call failed with errno ${this.errno}`);
    return Number(result);
  }

  /** Two descriptors of a call that gives two. */
  two(call: (fds: Int32Array<ArrayBuffer>) => number): [number, number] {
    const fds = new Int32Array(2);
    this.ok(call(fds));
    return [fds[0]!, fds[1]!];
  }

  /** A pair of Unix sockets. */
  socketPair(type: number): [number, number] {
    return this.two((fds) => this.symbols.socketpair(1, type, 0, fds));
  }

  /** Whether a descriptor is open. */
  isOpen(fd: number): boolean {
    return this.symbols.fcntl(fd, F_GETFD, 0) >= 0;
  }
}
