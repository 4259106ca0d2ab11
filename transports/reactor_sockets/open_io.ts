import { onAbort } from "../../internal/abort.ts";
import { EINPROGRESS, EINTR } from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import { familyOf, type SockAddr } from "./internet_address.ts";
import { Socket } from "./socket.ts";
import { SocketIo } from "./socket_io.ts";

/** A connected socket. */
export interface OpenSocket {
  readonly socket: Socket;
  readonly io: SocketIo;
}

/**
 * Makes a socket and connects it to an address.
 *
 * @param doing What is tried, for the error.
 * @throws {Error} What Deno.connect would throw.
 * @throws The reason of the signal, when it fires.
 */
async function openIo(
  libc: Libc,
  address: SockAddr,
  doing: string,
  signal: AbortSignal | undefined,
): Promise<OpenSocket> {
  const socket = Socket.open(libc, familyOf(address));
  let io: SocketIo;
  try {
    io = new SocketIo(socket, false);
  } catch (error) {
    socket.close();
    throw error;
  }
  const forget = signal && onAbort(signal, () => void io.close());
  try {
    const { connect } = socket.libc.symbols;
    if (connect(socket.fd, address, address.length) !== 0) {
      const errno = socket.libc.errno();
      if (errno !== EINPROGRESS && errno !== EINTR) {
        throw osError(libc, doing, errno);
      }
      await io.writable();
      const error = socket.takeError();
      if (error !== 0) throw osError(libc, doing, error);
    }
    return { socket, io };
  } catch (error) {
    await io.close();
    throw signal?.aborted ? signal.reason : error;
  } finally {
    forget?.();
  }
}

/**
 * Connects to the first of several addresses that accepts.
 *
 * @throws {Error} The error of the last one, if none does.
 * @throws The reason of the signal, when it fires.
 */
export async function openFirst(
  libc: Libc,
  addresses: readonly SockAddr[],
  doing: string,
  signal: AbortSignal | undefined,
): Promise<OpenSocket & { readonly address: SockAddr }> {
  let failure: unknown;
  for (const address of addresses) {
    signal?.throwIfAborted();
    try {
      return { ...await openIo(libc, address, doing, signal), address };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
