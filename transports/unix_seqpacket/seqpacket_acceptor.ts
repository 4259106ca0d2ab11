import type { Acceptor, SocketAddr } from "../acceptor.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { Libc } from "../libc/libc.ts";
import { SocketAcceptor } from "../reactor_sockets/socket_acceptor.ts";
import { SocketFile } from "../unix/socket_file.ts";

/**
 * Accepts connections on a seqpacket socket, which it takes over.
 *
 * @param wrap Makes transports of what is accepted.
 * @param load Loads what that needs.
 */
export function seqpacketAcceptor<
  T,
  A extends SocketAddr & { readonly path: string },
>(
  libc: Libc,
  socket: FileDescriptor,
  addr: A,
  wrap: (socket: FileDescriptor) => T,
  load: () => Promise<unknown>,
): Acceptor<T, A> {
  return new SocketAcceptor(libc, socket, {
    addr,
    file: SocketFile.at(addr.path),
    load: async () => {
      await load();
      return (libc, fd) => {
        const accepted = new FileDescriptor(fd, libc);
        try {
          return wrap(accepted);
        } catch (error) {
          accepted.close();
          throw error;
        }
      };
    },
  });
}
