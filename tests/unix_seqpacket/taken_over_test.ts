/** Who owns a socket that a transport is made of. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { FileDescriptor, Peer, UnixSeqpacketTransport } from "../../mod.ts";
import { Reactor } from "../../transports/reactor/reactor.ts";
import { assertUsable, sceneTest } from "./support/scene.ts";

const F_DUPFD_CLOEXEC = 1030;
const SOCK_STREAM = 1;
const SOCK_SEQPACKET = 5;
const CLOEXEC = 0o2000000;

sceneTest(
  "A FileDescriptor counts as closed once a transport has its socket",
  async (scene) => {
    const [a, b] = UnixSeqpacketTransport.socketPair();
    const { fd } = a;
    const left = scene.use(Peer.spawn(new UnixSeqpacketTransport(a)));
    const right = scene.use(Peer.spawn(new UnixSeqpacketTransport(b)));
    assertEquals([a.closed, b.closed], [true, true]);
    for (
      const use of [
        () => a.fd,
        () => a.dup(),
        () => new UnixSeqpacketTransport(a),
      ]
    ) {
      const error = assertThrows(use, TypeError);
      assertEquals(error.message, "The file descriptor is closed");
    }
    a.close();
    b[Symbol.dispose]();
    assert(scene.libc.isOpen(fd));
    await assertUsable(left, right);
  },
);

sceneTest(
  "Closing a FileDescriptor whose socket was taken over leaves the next user of its number alone",
  async (scene) => {
    const [a, b] = UnixSeqpacketTransport.socketPair();
    const { fd } = a;
    const transport = new UnixSeqpacketTransport(a);
    await transport.close();
    // The lowest number from there on that is free.
    const { fcntl } = scene.libc.symbols;
    const next = scene.libc.ok(fcntl(b.fd, F_DUPFD_CLOEXEC, fd));
    using other = new FileDescriptor(next);
    a.close();
    await transport.close();
    assert(scene.libc.isOpen(other.fd));
    b.close();
  },
);

sceneTest(
  "A socket stays the caller's when no transport can be made of it",
  async (scene) => {
    const [a, b] = UnixSeqpacketTransport.socketPair();
    const limits = [{ maxBodyLenRead: -1 }, { maxBodyLenWrite: 2 ** 31 }];
    for (const config of limits) {
      assertThrows(() => new UnixSeqpacketTransport(a, config), RangeError);
      assertEquals(a.closed, false);
      assert(scene.libc.isOpen(a.fd));
    }
    const left = scene.use(Peer.spawn(new UnixSeqpacketTransport(a)));
    const right = scene.use(Peer.spawn(new UnixSeqpacketTransport(b)));
    await assertUsable(left, right);
  },
);

sceneTest(
  "A socket stays the caller's when there is no memory to receive into",
  async (scene) => {
    const [a, b] = UnixSeqpacketTransport.socketPair();
    const { shared } = Reactor.prototype;
    const outOfMemory = new RangeError("Array buffer allocation failed");
    Reactor.prototype.shared = () => {
      throw outOfMemory;
    };
    try {
      assertThrows(
        () => new UnixSeqpacketTransport(a),
        RangeError,
        outOfMemory.message,
      );
    } finally {
      Reactor.prototype.shared = shared;
    }
    assertEquals(a.closed, false);
    const left = scene.use(Peer.spawn(new UnixSeqpacketTransport(a)));
    const right = scene.use(Peer.spawn(new UnixSeqpacketTransport(b)));
    await assertUsable(left, right);
  },
);

sceneTest("What is no seqpacket socket stays the caller's", (scene) => {
  const numbers = scene.libc.socketPair(SOCK_STREAM | CLOEXEC);
  for (const number of numbers) {
    using socket = new FileDescriptor(number);
    assertThrows(() => new UnixSeqpacketTransport(socket), TypeError);
    assertEquals(socket.closed, false);
    assert(scene.libc.isOpen(number));
  }
});

sceneTest(
  "A socket that is being read can't be taken over, until it has been",
  async (scene) => {
    const [a, b] = scene.libc.socketPair(SOCK_SEQPACKET | CLOEXEC);
    const socket = new FileDescriptor(a);
    const other = new FileDescriptor(b);
    const reading = socket.read(new Uint8Array(8));
    const error = assertThrows(
      () => new UnixSeqpacketTransport(socket),
      TypeError,
    );
    assertEquals(error.message, "The file descriptor is being read or written");
    assertEquals(socket.closed, false);
    assertEquals(other.writeSync(new Uint8Array(3)), 3);
    assertEquals(await reading, 3);
    const left = scene.use(Peer.spawn(new UnixSeqpacketTransport(socket)));
    const right = scene.use(Peer.spawn(new UnixSeqpacketTransport(other)));
    await assertUsable(left, right);
  },
);
