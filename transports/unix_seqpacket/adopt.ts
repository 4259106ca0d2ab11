import type { FileDescriptor } from "../descriptor/file_descriptor.ts";

/** Makes an object of a socket. If that fails, closes the socket. */
export function adopt<T>(
  socket: FileDescriptor,
  make: (socket: FileDescriptor) => T,
): T {
  try {
    return make(socket);
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Makes two ends of two linked sockets. If that fails, closes both. */
export function adoptPair<T extends { close(): unknown }>(
  [a, b]: readonly [FileDescriptor, FileDescriptor],
  makeLeft: (socket: FileDescriptor) => T,
  makeRight: (socket: FileDescriptor) => T,
): [T, T] {
  try {
    const left = adopt(a, makeLeft);
    try {
      return [left, adopt(b, makeRight)];
    } catch (error) {
      left.close();
      throw error;
    }
  } catch (error) {
    b.close();
    throw error;
  }
}
