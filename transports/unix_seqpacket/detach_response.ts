import { MessageType } from "../../protocol/message_type.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { Datagram } from "./datagram.ts";

/** Settles a response that waits, by copying its body and its descriptors. */
export function detachResponse(datagram: Datagram): void {
  const { header, settle, body } = datagram;
  if (settle === undefined || header.type !== MessageType.Response) return;
  // It will be refused when its turn comes.
  if (body?.buffer.detached) return;
  const fds = duplicate(datagram.fds);
  // Out of descriptors: then it has to wait.
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
