import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { Datagram } from "./datagram.ts";

/** The part of a waiting message that is needed to detach it. */
type Detachable = Pick<
  Datagram,
  "settle" | "body" | "bodyLength" | "fds" | "ownsFds" | "detachable"
>;

/** Settles a waiting detachable message, by copying its body and its descriptors. */
export function detach(datagram: Detachable): void {
  const { settle, body } = datagram;
  if (settle === undefined || !datagram.detachable) return;
  // The body has changed, so the message will be refused when its turn comes.
  if (body !== null && body.length !== datagram.bodyLength) return;
  const fds = duplicate(datagram.fds);
  // The process has run out of descriptors, so the message has to wait.
  if (fds === null) return;
  datagram.fds = fds;
  datagram.ownsFds = true;
  datagram.body = body?.slice() ?? null;
  datagram.settle = undefined;
  settle();
}

function duplicate(fds: readonly FileDescriptor[]): FileDescriptor[] | null {
  const copies: FileDescriptor[] = [];
  try {
    for (const fd of fds) copies.push(fd.dup());
    return copies;
  } catch {
    for (const copy of copies) copy.close();
    return null;
  }
}
