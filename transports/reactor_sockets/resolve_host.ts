import { AI_NUMERICHOST, EAI_NONAME, SOCK_STREAM } from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { setPort } from "./internet_address.ts";

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
  onCall: (call: Promise<unknown>) => void,
): Promise<SockAddr[]> {
  const parsed = parse(libc, target);
  if (parsed !== null) return parsed;
  using held = libc.retain();
  const lookup = new Lookup(held, target.hostname);
  const { host, hints, result } = lookup;
  const call = held.symbols.getaddrinfoInThread(host, null, hints, result);
  onCall(call);
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
