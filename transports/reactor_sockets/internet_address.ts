import {
  AF_INET,
  AF_INET6,
  AI_NUMERICHOST,
  EAI_NONAME,
  MAX_ADDRESS_LEN,
  SOCK_STREAM,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import type { NetAddr } from "../sockets/conn.ts";
import type { Socket } from "./socket.ts";

/** The room for an IP address as a text. */
const MAX_TEXT_LEN = 46;

/** The family of a C `sockaddr`. */
export function familyOf(address: Uint8Array): number {
  return new DataView(address.buffer, address.byteOffset).getUint16(0, true);
}

/** Sets the port of a `sockaddr_in` or `sockaddr_in6`. */
export function setPort(address: Uint8Array, port: number): void {
  new DataView(address.buffer, address.byteOffset).setUint16(2, port);
}

/** The address in a `sockaddr_in` or `sockaddr_in6`; null if it is another one. */
export function toNetAddr(libc: Libc, address: Uint8Array): NetAddr | null {
  const family = familyOf(address);
  if (family !== AF_INET && family !== AF_INET6) return null;
  const ip = address.slice(family === AF_INET ? 4 : 8);
  const text = new Uint8Array(MAX_TEXT_LEN);
  libc.symbols.inet_ntop(family, ip, text, text.length);
  const hostname = new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
  const port = new DataView(address.buffer, address.byteOffset).getUint16(2);
  return { transport: "tcp", hostname, port };
}

/**
 * This side's address of a socket.
 *
 * @throws {Error} If the system doesn't tell it.
 */
export function localAddress(socket: Socket): NetAddr {
  const address = nameOf(socket, "getsockname");
  if (address !== null) return address;
  throw osError(socket.libc, "Cannot find out a socket's own address");
}

/** The other side's address of a socket; null if it isn't connected any more. */
export function remoteAddress(socket: Socket): NetAddr | null {
  return nameOf(socket, "getpeername");
}

function nameOf(
  { libc, fd }: Socket,
  name: "getsockname" | "getpeername",
): NetAddr | null {
  const address = new Uint8Array(MAX_ADDRESS_LEN);
  const length = new Uint32Array([MAX_ADDRESS_LEN]);
  const found = libc.symbols[name](fd, address, length) === 0;
  return found ? toNetAddr(libc, address) : null;
}

/**
 * Asks for the permission for a host and port, as Deno.connect and Deno.listen do,
 * since FFI bypasses Deno's permissions.
 *
 * @throws {Deno.errors.NotCapable} If it isn't granted.
 */
export function requireNet(hostname: string, port: number): void {
  const host = format(hostname, port);
  const { state } = Deno.permissions.requestSync({ name: "net", host });
  if (state !== "granted") throw notCapable(host);
}

/**
 * Refuses what a name was resolved to, if the address is denied. As in Deno, a name
 * that is allowed may lead to any other address.
 *
 * @throws {Deno.errors.NotCapable} If one of them is denied.
 */
export function refuseDenied(libc: Libc, addresses: readonly SockAddr[]): void {
  for (const address of addresses) {
    const { hostname, port } = toNetAddr(libc, address)!;
    const host = format(hostname, port);
    const { state } = Deno.permissions.querySync({ name: "net", host });
    if (state === "denied") throw notCapable(host);
  }
}

function format(hostname: string, port: number): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/** The error of Deno's own calls. */
function notCapable(host: string): Error {
  return new Deno.errors.NotCapable(
    `Requires net access to "${host}", run again with the --allow-net flag`,
  );
}

/** An address as the C library takes it, a `sockaddr_in` or `sockaddr_in6`. */
export type SockAddr = Uint8Array<ArrayBuffer>;

// struct addrinfo { int flags, family, socktype, protocol; u32 addrlen;
//   sockaddr *addr; char *canonname; addrinfo *next }
const ADDRINFO_LEN = 48;
const ADDRLEN = 16;
const ADDR = 24;
const NEXT = 40;

/** What is looked up. */
export interface Target {
  readonly hostname: string;
  /** The port of the addresses. */
  readonly port: number;
  /** What needs the addresses, with host and port, for errors. */
  readonly doing: string;
}

/** The arguments of one `getaddrinfo`, and what it has found. */
class Lookup {
  readonly #libc: Libc;
  readonly host: Uint8Array<ArrayBuffer>;
  readonly hints: Int32Array<ArrayBuffer>;
  readonly result: BigUint64Array<ArrayBuffer> = new BigUint64Array(1);

  constructor(libc: Libc, hostname: string, flags = 0) {
    this.#libc = libc;
    this.host = new TextEncoder().encode(`${hostname}\0`);
    this.hints = new Int32Array(ADDRINFO_LEN / 4);
    this.hints.set([flags, 0, SOCK_STREAM]);
  }

  /**
   * Takes what was found, in the order of the system.
   *
   * @throws {Error} If the call has failed.
   */
  take(code: number, { port, doing }: Target): SockAddr[] {
    if (code !== 0) throw lookupFailed(this.#libc, code, doing);
    const first = Deno.UnsafePointer.create(this.result[0]!);
    const addresses: SockAddr[] = [];
    for (let at = first; at !== null;) {
      const info = new Deno.UnsafePointerView(at);
      const address = new Uint8Array(info.getUint32(ADDRLEN));
      new Deno.UnsafePointerView(info.getPointer(ADDR)!).copyInto(address);
      setPort(address, port);
      addresses.push(address);
      at = info.getPointer(NEXT);
    }
    this.#libc.symbols.freeaddrinfo(first);
    return addresses;
  }
}

/** The addresses of a host, if its name is one; null if the name has to be looked up. */
function parse(libc: Libc, target: Target): SockAddr[] | null {
  const lookup = new Lookup(libc, target.hostname, AI_NUMERICHOST);
  const { host, hints, result } = lookup;
  const code = libc.symbols.getaddrinfo(host, null, hints, result);
  return code === EAI_NONAME ? null : lookup.take(code, target);
}

/**
 * The addresses of a host. Looking up its name may take seconds, in which the
 * program stands still, as with Deno.listen.
 *
 * @throws {Error} If it has none.
 */
export function resolveHostSync(libc: Libc, target: Target): SockAddr[] {
  const parsed = parse(libc, target);
  if (parsed !== null) return parsed;
  const lookup = new Lookup(libc, target.hostname);
  const { host, hints, result } = lookup;
  return lookup.take(
    libc.symbols.getaddrinfo(host, null, hints, result),
    target,
  );
}

/**
 * The addresses of a host, looked up on a thread of Deno's.
 *
 * @param onCall Called with the call on the thread, if there is one.
 * @throws {Error} If it has none.
 */
export async function resolveHost(
  libc: Libc,
  target: Target,
  onCall?: (call: Promise<unknown>) => void,
): Promise<SockAddr[]> {
  const parsed = parse(libc, target);
  if (parsed !== null) return parsed;
  using held = libc.retain();
  const lookup = new Lookup(held, target.hostname);
  const { host, hints, result } = lookup;
  const call = held.symbols.getaddrinfoInThread(host, null, hints, result);
  onCall?.(call);
  return lookup.take(await call, target);
}

/** The error of a name without an address, with the text of Deno's. */
function lookupFailed(libc: Libc, code: number, doing: string): Error {
  const text = libc.symbols.gai_strerror(code);
  const reason = text === null
    ? `error ${code}`
    : Deno.UnsafePointerView.getCString(text);
  return new Error(
    `${doing}: failed to lookup address information: ${reason}`,
  );
}
