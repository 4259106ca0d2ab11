/** The calls of the C library that make network namespaces and TUN devices. */
import {
  O_CLOEXEC,
  O_NONBLOCK,
  O_RDWR,
} from "../../../transports/libc/constants.ts";
import { libcFunctions } from "../../support/suite/libc_functions.ts";

const CLONE_NEWNET = 0x4000_0000;
const TUNSETIFF = 0x4004_54ca;
const IFF_TUN = 0x1;
const IFF_NO_PI = 0x1000;
/** The length of a C `struct ifreq`, and where its flags are. */
const IFREQ_LEN = 40;
const IFREQ_FLAGS = 16;
/** A C `struct pollfd`. */
const POLLIN = 1;

const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  unshare: { parameters: ["i32"], result: "i32" },
  setns: { parameters: ["i32", "i32"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
} as const;

const symbols = libcFunctions(SYMBOLS);

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

function check(what: string, result: number): number {
  if (result < 0) throw new Error(`${what} failed`);
  return result;
}

/** The network namespace of this thread, as a descriptor. */
export function ownNamespace(): number {
  const path = cString("/proc/thread-self/ns/net");
  return check("open", symbols.open(path, O_CLOEXEC));
}

/** Moves this thread to a network namespace that is made for it. */
export function enterNewNamespace(): void {
  check("unshare", symbols.unshare(CLONE_NEWNET));
}

/** Moves this thread to a network namespace. */
export function enterNamespace(fd: number): void {
  check("setns", symbols.setns(fd, CLONE_NEWNET));
}

/** Makes a TUN device in the namespace of this thread; it goes with the descriptor. */
export function openTun(name: string): number {
  const path = cString("/dev/net/tun");
  const fd = check("open", symbols.open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  const request = new Uint8Array(IFREQ_LEN);
  request.set(new TextEncoder().encode(name));
  const flags = IFF_TUN | IFF_NO_PI;
  new DataView(request.buffer).setUint16(IFREQ_FLAGS, flags, true);
  check("ioctl", symbols.ioctl(fd, BigInt(TUNSETIFF), request));
  return fd;
}

/** Waits until one of the descriptors has something to read, for so many ms at most. */
export function waitForPackets(fds: readonly number[], ms: number): void {
  const polled = new Int32Array(fds.flatMap((fd) => [fd, POLLIN]));
  symbols.poll(polled, BigInt(fds.length), ms);
}

/** The next packet of a device, in a buffer of its own; null if there is none. */
export function readPacket(fd: number): Uint8Array<ArrayBuffer> | null {
  const length = Number(symbols.read(fd, buffer, BigInt(buffer.length)));
  return length <= 0 ? null : buffer.slice(0, length);
}

const buffer = new Uint8Array(65536);

/** Gives a device a packet, which it may drop: a network does, too. */
export function writePacket(fd: number, packet: Uint8Array<ArrayBuffer>): void {
  symbols.write(fd, packet, BigInt(packet.length));
}

/** Closes a descriptor. */
export function close(fd: number): void {
  symbols.close(fd);
}
