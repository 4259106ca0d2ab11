import { FileDescriptor } from "../../transports/descriptor/mod.ts";
import { libcFunctions } from "../support/suite/libc_functions.ts";
import { tick } from "../../internal/event_loop.ts";

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const MSG_DONTWAIT = 0x40;
const POLLOUT = 4;
const O_NONBLOCK = 0o4000;

const SYMBOLS = {
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_init1: { parameters: ["i32"], result: "i32" },
  memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
} as const;

/** The C library as another program calls it, past this one's code. */
export const raw: Deno.StaticForeignLibraryInterface<typeof SYMBOLS> =
  libcFunctions(SYMBOLS);

/** A pipe: its end to read from, and its end to write to. */
export function pipe(
  { nonBlocking = false } = {},
): { reader: FileDescriptor; writer: FileDescriptor } & Disposable {
  const numbers = new Int32Array(2);
  const flags = nonBlocking ? O_NONBLOCK : 0;
  if (raw.pipe2(numbers, flags) !== 0) throw new Error("pipe2");
  const [reader, writer] = adoptBoth(numbers);
  return {
    reader,
    writer,
    [Symbol.dispose]() {
      reader.close();
      writer.close();
    },
  };
}

/** Waits until the other end of a pipe has been closed everywhere else. */
export async function ended(reader: FileDescriptor): Promise<boolean> {
  return await reader.read(new Uint8Array(1)) === null;
}

/**
 * Writes bytes until that fails, and gives the error. The other end of a pipe that
 * was closed is open for a moment more: what is being started beside has a copy of
 * each descriptor until it runs its own program.
 */
export async function untilBroken(writer: FileDescriptor): Promise<unknown> {
  for (let i = 0; i < 10_000; i++) {
    try {
      writer.writeSync(new Uint8Array(1));
    } catch (error) {
      return error;
    }
    await tick();
  }
  throw new Error("Somebody goes on to hold the other end");
}

/** Two connected sockets. */
export function sockets(): [FileDescriptor, FileDescriptor] {
  const numbers = new Int32Array(2);
  const made = raw.socketpair(AF_UNIX, SOCK_STREAM, 0, numbers);
  if (made !== 0) throw new Error("socketpair");
  return adoptBoth(numbers);
}

/** Fills a pipe or a socket until nothing more fits; how many bytes that were. */
export function fill(writer: FileDescriptor): number {
  const bytes = new Uint8Array(4096);
  let count = 0;
  // A socket has room for a few bytes when poll() says that it has none.
  for (const length of [4096n, 1n]) {
    for (let sent = 0; sent >= 0; count += Math.max(sent, 0)) {
      sent = raw.send(writer.fd, bytes, length, MSG_DONTWAIT);
    }
  }
  while (isWritable(writer)) count += writer.writeSync(bytes);
  return count;
}

function isWritable({ fd }: FileDescriptor): boolean {
  const polled = new Int32Array([fd, POLLOUT]);
  raw.poll(polled, 1n, 0);
  return (polled[1]! >> 16 & POLLOUT) !== 0;
}

/** Whether O_NONBLOCK is set, which is shared with others that have the file open. */
export function isNonBlocking({ fd }: FileDescriptor): boolean {
  const F_GETFL = 3;
  return (raw.fcntl(fd, F_GETFL, 0) & O_NONBLOCK) !== 0;
}

/** What the kernel can only read by a call that may wait. */
export function inotify(path: string): FileDescriptor {
  const IN_CREATE = 0x100;
  const name = new TextEncoder().encode(`${path}\0`);
  const fd = raw.inotify_init1(0);
  if (raw.inotify_add_watch(fd, name, IN_CREATE) < 0) {
    throw new Error("inotify");
  }
  return new FileDescriptor(fd);
}

/** An eventfd. */
export function eventfd(): FileDescriptor {
  return new FileDescriptor(raw.eventfd(0, 0));
}

/** Whether a number is open, and CLOEXEC. */
export function flagsOf(number: number): { open: boolean; cloexec: boolean } {
  const flags = raw.fcntl(number, 1, 0);
  return { open: flags >= 0, cloexec: flags > 0 && (flags & 1) !== 0 };
}

function adoptBoth(numbers: Int32Array): [FileDescriptor, FileDescriptor] {
  return [new FileDescriptor(numbers[0]!), new FileDescriptor(numbers[1]!)];
}
