/** Messages with descriptors keep their place among the others. */
import { assert, assertEquals } from "@std/assert";
import { FileDescriptor, Peer, SharedRingTransport } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { RawLibc } from "../unix_seqpacket/support/raw_libc.ts";

/** More than the window of descriptors takes, and more than a ring holds. */
const COUNT = 100;

testWith(
  "ffi",
  "messages with descriptors keep their place in the order",
  async () => {
    const libc = new RawLibc();
    const [a, b] = SharedRingTransport.pair({ ringSize: 4096 });
    await using client = Peer.spawn(a);
    await using server = Peer.spawn(b);
    const [from, to] = libc.socketPair(5);
    using fd = new FileDescriptor(from!);
    using _other = new FileDescriptor(to!);
    const has = (i: number): number => i % 3 === 0 ? 1 : i % 7 === 0 ? 3 : 0;
    const sends = Array.from({ length: COUNT }, (_, i) =>
      client.sendStream(i, {
        data: new Uint8Array(i % 5 === 0 ? 3000 : 10).fill(i),
        fds: Array(has(i)).fill(fd),
      }));
    for (let i = 0; i < COUNT; i++) {
      const received = await server.recvMessage();
      assert(received?.kind === "stream");
      const { header, body } = received.message;
      assertEquals(
        [header.serviceId, body.data[0], body.fds.length],
        [i, i, has(i)],
      );
      body[Symbol.dispose]();
    }
    await Promise.all(sends);
  },
);
