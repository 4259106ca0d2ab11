import {
  FileDescriptor,
  Peer,
  type PeerHandle,
  type PeerOptions,
  SharedMemory,
  type SharedRingConfig,
  type SharedRingInfo,
  SharedRingTransport,
  type UnixBody,
} from "../../../mod.ts";
import {
  datagramKind,
  encodeHello,
} from "../../../transports/shared_ring/hello.ts";
import type { Clock } from "../../../internal/clock.ts";
import { Libc } from "../../../transports/libc/libc.ts";
import { SharedRingChannel } from "../../../transports/shared_ring/shared_ring_channel.ts";
import { resolveSharedRingConfig } from "../../../transports/shared_ring/shared_ring_config.ts";
import { prepareSocket } from "../../../transports/unix_seqpacket/seqpacket_socket.ts";
import { writeHead } from "../../../transports/shared_ring/record.ts";
import {
  memoryLen,
  padded,
  type RingMemory,
  ringsOf,
} from "../../../transports/shared_ring/ring_layout.ts";
import { RingReader } from "../../../transports/shared_ring/ring_reader.ts";
import { RingWriter } from "../../../transports/shared_ring/ring_writer.ts";
import { testWith } from "../../support/permissions.ts";
import { Scene as SocketScene } from "../../unix_seqpacket/support/scene.ts";
import { RawSocket } from "../../unix_seqpacket/support/raw_socket.ts";

const SOCK_SEQPACKET = 5;
const CLOEXEC = 0o2000000;
const F_ADD_SEALS = 1033;

/** The seals that the memory has to have. */
export const SEALS = 0x1 | 0x2 | 0x4;

export const SIZE = 4096;
export const SIZES = { there: SIZE, back: SIZE };

/** A peer over rings. */
export type RingPeer = PeerHandle<UnixBody, SharedRingInfo>;

/** Memory as the side that connects makes it, in the hands of a test. */
export class RawMemory implements Disposable {
  readonly memory: SharedMemory;
  /** What the peer that accepts reads, and what it writes. */
  readonly there: RingMemory;
  readonly back: RingMemory;
  readonly writer: RingWriter;
  readonly reader: RingReader;

  constructor(scene: RingScene, seals = SEALS, length = memoryLen(SIZES)) {
    this.memory = SharedMemory.create(length);
    scene.libc.ok(
      scene.libc.symbols.fcntl(this.memory.fd.fd, F_ADD_SEALS, seals),
    );
    // A shorter one is refused before anybody looks at its rings.
    const buffer = length < memoryLen(SIZES)
      ? new ArrayBuffer(memoryLen(SIZES))
      : this.memory.bytes.buffer;
    [this.there, this.back] = ringsOf(buffer, SIZES);
    this.writer = new RingWriter(this.there);
    this.reader = new RingReader(this.back);
  }

  /** Writes a record, without publishing it. */
  write(
    type: number,
    requestId: number,
    body = new Uint8Array(),
    length = 12 + body.length,
  ): void {
    const { there, writer } = this;
    writeHead(there, writer.position, 0, type, requestId, 1, true);
    there.view.setUint32(writer.position, length, true);
    body.forEach((byte, i) => {
      there.bytes[(writer.position + 16 + i) % there.size] = byte;
    });
    writer.add(16 + padded(body.length));
  }

  [Symbol.dispose](): void {
    this.memory[Symbol.dispose]();
  }
}

/** What a test of rings works with. */
export class RingScene extends SocketScene {
  /** A peer that accepts, and the other end in the hands of the test. */
  accepting(
    options: SharedRingConfig & PeerOptions = {},
  ): [RingPeer, RawSocket] {
    return this.#raw("accept", options);
  }

  /** A peer that connects, and the other end in the hands of the test. */
  connecting(
    options: SharedRingConfig & PeerOptions = {},
  ): [RingPeer, RawSocket] {
    return this.#raw("connect", options);
  }

  /** A peer that accepts, whose other end has offered rings that are taken. */
  async linked(
    options: SharedRingConfig & PeerOptions = {},
  ): Promise<[RingPeer, RawSocket, RawMemory]> {
    const [peer, raw] = this.accepting(options);
    const memory = this.use(new RawMemory(this));
    raw.send(hello(), [memory.memory.fd.fd]);
    await raw.recv();
    return [peer, raw, memory];
  }

  /** The accepting end alone, with the clock by hand, and its first read; its other end has offered rings. */
  async channel(
    clock: Clock,
  ): Promise<[SharedRingChannel, RawSocket, RawMemory, Promise<unknown>]> {
    const [a, b] = this.libc.socketPair(SOCK_SEQPACKET | CLOEXEC);
    const raw = this.use(new RawSocket(this.libc, b));
    const memory = this.use(new RawMemory(this));
    using libc = Libc.require("A test");
    prepareSocket(libc, a);
    const channel = new SharedRingChannel(
      libc,
      new FileDescriptor(a),
      "accept",
      resolveSharedRingConfig(),
      null,
      clock,
    );
    this.use({ [Symbol.asyncDispose]: () => channel.close() });
    channel.attach({ onRefused: () => {}, onPartial: () => {} });
    raw.send(hello(), [memory.memory.fd.fd]);
    const reading = channel.read();
    reading.catch(() => {});
    await raw.recv();
    return [channel, raw, memory, reading];
  }

  /** A peer that connects, and is refused before it has offered rings. */
  refused(): RingPeer {
    const [a, b] = this.libc.socketPair(SOCK_SEQPACKET | CLOEXEC);
    new RawSocket(this.libc, b).close();
    return this.#spawn(a, "connect", {});
  }

  #raw(
    role: "connect" | "accept",
    options: SharedRingConfig & PeerOptions,
  ): [RingPeer, RawSocket] {
    const [a, b] = this.libc.socketPair(SOCK_SEQPACKET | CLOEXEC);
    const raw = this.use(new RawSocket(this.libc, b));
    return [this.#spawn(a, role, options), raw];
  }

  #spawn(
    socket: number,
    role: "connect" | "accept",
    options: SharedRingConfig & PeerOptions,
  ): RingPeer {
    const transport = new SharedRingTransport(
      new FileDescriptor(socket),
      role,
      options,
    );
    return this.use(Peer.spawn(transport, options));
  }
}

/** Registers a test that works in a scene. */
export function ringTest(
  name: string,
  fn: (scene: RingScene) => Promise<void>,
): void {
  testWith("ffi", name, async () => {
    await using scene = new RingScene();
    await fn(scene);
  });
}

/** A hello, whose words can be set otherwise. */
export function hello(
  words: Record<number, number> = {},
  kind: number = datagramKind.HELLO,
): Uint8Array<ArrayBuffer> {
  const bytes = encodeHello(kind, { littleEndian: true, sizes: SIZES });
  for (const [word, value] of Object.entries(words)) {
    new Uint32Array(bytes.buffer)[Number(word)] = value;
  }
  return bytes;
}

/** A datagram of 32-bit words. */
export function words(...values: number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint32Array(values).buffer);
}
