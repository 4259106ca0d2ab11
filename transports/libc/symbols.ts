/**
 * The functions of the C library that are used; the same on x86-64 and arm64.
 *
 * - Variadic functions (`fcntl`, `open`) take their arguments as other functions do
 *   on these systems.
 * - Counts of bytes are "i32", though C's are 64 bits: BigInts are slow, and no
 *   call moves more than 2 GiB.
 * - Addresses are numbers ("usize", as BigInt), so that arithmetic works on them.
 */
export const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  eventfd_write: { parameters: ["i32", "u64"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  freeaddrinfo: { parameters: ["pointer"], result: "void" },
  fstatfs: { parameters: ["i32", "buffer"], result: "i32" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  gai_strerror: { parameters: ["i32"], result: "pointer" },
  getaddrinfo: {
    parameters: ["buffer", "pointer", "buffer", "buffer"],
    result: "i32",
  },
  /** On a thread of the blocking pool, as it may ask a server of names. */
  getaddrinfoInThread: {
    name: "getaddrinfo",
    parameters: ["buffer", "pointer", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },
  geteuid: { parameters: [], result: "u32" },
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "buffer"],
    result: "i32",
  },
  inet_ntop: {
    parameters: ["i32", "buffer", "buffer", "u32"],
    result: "pointer",
  },
  ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  madvise: { parameters: ["usize", "usize", "i32"], result: "i32" },
  memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
  mmap: {
    parameters: ["usize", "usize", "i32", "i32", "i32", "i64"],
    result: "usize",
  },
  munmap: { parameters: ["usize", "usize"], result: "i32" },
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  /** Null with a musl that is too old to have it. */
  preadv2: {
    parameters: ["i32", "buffer", "i32", "i64", "i32"],
    result: "i32",
    optional: true,
  },
  /** Likewise. */
  pwritev2: {
    parameters: ["i32", "buffer", "i32", "i64", "i32"],
    result: "i32",
    optional: true,
  },
  /** On a thread of the blocking pool. */
  pollInThread: {
    name: "poll",
    parameters: ["buffer", "usize", "i32"],
    result: "i32",
    nonblocking: true,
  },
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  readInThread: {
    name: "read",
    parameters: ["i32", "buffer", "usize"],
    result: "i32",
    nonblocking: true,
  },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  recvmmsg: {
    parameters: ["i32", "buffer", "u32", "i32", "pointer"],
    result: "i32",
  },
  sched_yield: { parameters: [], result: "i32" },
  /** On a thread of the blocking pool. */
  sched_yieldInThread: {
    name: "sched_yield",
    parameters: [],
    result: "i32",
    nonblocking: true,
  },
  select: {
    parameters: ["i32", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  sendmmsg: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  setsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  statx: {
    parameters: ["i32", "buffer", "i32", "u32", "buffer"],
    result: "i32",
  },
  strerror: { parameters: ["i32"], result: "pointer" },
  usleep: { parameters: ["u32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  writeInThread: {
    name: "write",
    parameters: ["i32", "buffer", "usize"],
    result: "i32",
    nonblocking: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of {@linkcode SYMBOLS}. */
export type LibcSymbols = Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;
