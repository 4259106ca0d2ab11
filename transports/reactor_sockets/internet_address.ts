import { AF_INET, AF_INET6, MAX_ADDRESS_LEN } from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
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

/** This side's address of a socket; null if the socket has none. */
export function localAddress(socket: Socket): NetAddr | null {
  return nameOf(socket, "getsockname");
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
