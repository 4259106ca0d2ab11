/** Who closes a connection in a callback of a write gets that write's end. */
import { assertRejects } from "@std/assert";
import {
  FileDescriptor,
  Message,
  MessageHeader,
  MessageType,
  RpcError,
  SharedRingTransport,
  UnixBody,
} from "../../mod.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";
import { testWith } from "../support/permissions.ts";

testWith(
  "all",
  "a write whose callback closes the connection ends",
  async () => {
    const [a, b] = SharedRingTransport.pair();
    const reader = b.readable.getReader();
    const first = reader.read();
    using fd = FileDescriptor.open("/dev/null", "r");
    const message = (fds: FileDescriptor[]) =>
      new Message(
        new MessageHeader(MessageType.Stream, 0, 1),
        new UnixBody("x", fds),
      );
    const writer = a.writable.getWriter();
    const closed = writer.closed.catch(() => {});
    await writer.write([{ message: message([]) }]);
    await first;
    // Then it doesn't look at the rings any more.
    await eventLoopTurns(1000);
    const closing = Promise.withResolvers<void>();
    const settle = () => closing.resolve(a.close());
    await assertRejects(
      () => writer.write([{ message: message([fd]), settle }]),
      RpcError,
      "closed",
    );
    await Promise.all([closing.promise, closed, b.close()]);
  },
);
