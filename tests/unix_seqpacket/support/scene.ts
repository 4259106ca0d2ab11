import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import {
  FileDescriptor,
  type Message,
  MessageHeader,
  Peer,
  type PeerHandle,
  type PeerOptions,
  type ReceivedRequestHandle,
  type UnixBody,
  type UnixConfig,
  type UnixSeqpacketInfo,
  UnixSeqpacketTransport,
} from "../../../mod.ts";
import { testWith } from "../../support/permissions.ts";
import { RawLibc } from "./raw_libc.ts";
import { RawSocket } from "./raw_socket.ts";
import { type Kind, Sample } from "./samples.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { HANGS_AFTER } from "../../support/hangs_after.ts";

/** A peer over a seqpacket socket. */
export type UnixPeer = PeerHandle<UnixBody, UnixSeqpacketInfo>;

/** Options of both ends. */
export type PairOptions = UnixConfig & PeerOptions;

const SOCK_SEQPACKET = 5;
const CLOEXEC = 0o2000000;

/** What a test works with; all that it makes ends with it. */
export class Scene implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly libc: RawLibc = new RawLibc();
  #dir: string | null = null;
  #samples = 0;

  /** A directory that is removed at the end. */
  get dir(): string {
    if (this.#dir === null) {
      this.#dir = this.#stack.use(new TempDir()).path;
    }
    return this.#dir;
  }

  /** Ends with the scene. */
  use<T extends Disposable | AsyncDisposable>(value: T): T {
    return this.#stack.use(value);
  }

  /** Two connected peers. */
  pair(options: PairOptions = {}, right = options): [UnixPeer, UnixPeer] {
    const [a, b] = UnixSeqpacketTransport.pair(options);
    return [this.use(Peer.spawn(a, options)), this.use(Peer.spawn(b, right))];
  }

  /** Two peers on sockets that the test has made. */
  adopt(a: number, b: number, options: PairOptions): [UnixPeer, UnixPeer] {
    const spawn = (fd: number): UnixPeer => {
      const socket = new FileDescriptor(fd);
      const transport = new UnixSeqpacketTransport(socket, options);
      return this.use(Peer.spawn(transport, options));
    };
    return [spawn(a), spawn(b)];
  }

  /** A transport, and the other end in the hands of the test. */
  rawTransport(config: UnixConfig = {}): [UnixSeqpacketTransport, RawSocket] {
    const [a, b] = this.libc.socketPair(SOCK_SEQPACKET | CLOEXEC);
    return this.adoptRaw(a, b, config);
  }

  /** The same on sockets that the test has made. */
  adoptRaw(
    a: number,
    b: number,
    config: UnixConfig,
  ): [UnixSeqpacketTransport, RawSocket] {
    const raw = this.use(new RawSocket(this.libc, b));
    const socket = new FileDescriptor(a);
    const transport = new UnixSeqpacketTransport(socket, config);
    // Also where the test has failed before anybody else has taken it over.
    this.#stack.defer(() => transport.close());
    return [transport, raw];
  }

  /** A peer, and the other end in the hands of the test. */
  raw(options: PairOptions = {}): [UnixPeer, RawSocket] {
    const [transport, raw] = this.rawTransport(options);
    return [this.use(Peer.spawn(transport, options)), raw];
  }

  /** Descriptors to be sent. */
  samples(count: number, kind: Kind = "memfd"): Sample[] {
    return Array.from({ length: count }, () => {
      const text = `sample ${this.#samples++}`;
      return this.use(new Sample(this.libc, kind, text, this.dir));
    });
  }

  /** Descriptors to be sent, of which only the number matters. */
  fds(count: number): FileDescriptor[] {
    return this.samples(count).map(({ fd }) => fd);
  }

  /** The numbers of descriptors to be sent by a raw socket. */
  numbers(count: number): number[] {
    return this.fds(count).map(({ fd }) => fd);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  /** Runs a test in a scene of its own, and ends it if it hangs. */
  static async run(fn: (scene: Scene) => void | Promise<void>): Promise<void> {
    await using scene = new Scene();
    await deadline(Promise.try(fn, scene), HANGS_AFTER);
  }
}

/** Registers a test that works in a scene. */
export function sceneTest(
  name: string,
  fn: (scene: Scene) => void | Promise<void>,
): void {
  testWith("ffi", name, () => Scene.run(fn));
}

/** The bytes of a message on the wire. */
export function datagram(
  type: number,
  requestId: number,
  serviceId: number,
  body: string | Uint8Array = "",
  endian: "little" | "big" = "little",
): Uint8Array<ArrayBuffer> {
  const header = MessageHeader.encode(
    new MessageHeader(0, requestId, serviceId),
    endian,
  );
  new DataView(header.buffer).setUint32(0, type, endian === "little");
  const data = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}

/** The header and text of a message on the wire. */
export function parse(
  bytes: Uint8Array<ArrayBuffer>,
): [type: number, requestId: number, serviceId: number, text: string] {
  const { type, requestId, serviceId } = MessageHeader.decode(bytes, "little");
  const text = new TextDecoder().decode(bytes.subarray(12));
  return [type, requestId, serviceId, text];
}

/** The next message, which must be a request. */
export async function nextRequest(
  peer: Pick<UnixPeer, "recvMessage">,
): Promise<{ request: ReceivedRequestHandle<UnixBody>; body: UnixBody }> {
  const message = await peer.recvMessage();
  assert(message?.kind === "request", `got ${message?.kind}`);
  return message;
}

/** The next message, which must be a stream message. */
export async function nextStream(
  peer: Pick<UnixPeer, "recvMessage">,
): Promise<Message<UnixBody>> {
  const message = await peer.recvMessage();
  assert(message?.kind === "stream", `got ${message?.kind}`);
  return message.message;
}

/** Fails unless calls work in both directions. */
export async function assertUsable(a: UnixPeer, b: UnixPeer): Promise<void> {
  for (const [from, to] of [[a, b], [b, a]] as const) {
    const sent = await from.sendRequest(7, "still there?");
    const { request, body } = await nextRequest(to);
    assertEquals(body.text(), "still there?");
    await request.sendResponse(7, "yes");
    assertEquals((await sent.recvResponse()).text(), "yes");
  }
}
