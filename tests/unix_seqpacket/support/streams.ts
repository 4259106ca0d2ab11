import { assertEquals } from "@std/assert";
import {
  type FileDescriptor,
  Message,
  MessageHeader,
  MessageType,
  type Outgoing,
  UnixBody,
  type UnixConfig,
  type UnixSeqpacketTransport,
} from "../../../mod.ts";
import type { RawSocket } from "./raw_socket.ts";
import { parse, type Scene } from "./scene.ts";

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
export const LONG = 128 * 1024;
export const SMALL_BUFFER = 16 * 1024;
/** Neither fits that: one is copied when it is queued, the other one isn't. */
export const COPIED = 20 * 1024;
export const DIRECT = 40 * 1024;

/** A transport whose send buffer is smaller than it has to be, and its other end. */
export function shrunk(scene: Scene): [UnixSeqpacketTransport, RawSocket] {
  const [fd, other] = scene.libc.socketPair(5 | 0o2000000);
  const limits: UnixConfig = { maxBodyLenRead: LONG, maxBodyLenWrite: LONG };
  const [transport, raw] = scene.adoptRaw(fd, other, limits);
  const value = new Int32Array([SMALL_BUFFER / 2]);
  const { setsockopt } = scene.libc.symbols;
  scene.libc.ok(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, value, 4));
  return [transport, raw];
}

/** What a batch was settled with, in the order of the calls. */
export class Settled {
  readonly calls: [index: number, code: string][] = [];

  /** Messages with these bodies, numbered. */
  batch(bodies: readonly UnixBody[]): Outgoing<UnixBody>[] {
    return bodies.map((body, i) => ({
      message: new Message(new MessageHeader(MessageType.Stream, 0, i), body),
      settle: (error) => this.calls.push([i, error?.code ?? "done"]),
    }));
  }

  /** Each message's outcome; fails unless each was settled once. */
  outcomes(): string[] {
    const sorted = this.calls.toSorted(([a], [b]) => a - b);
    assertEquals(sorted.map(([i]) => i), sorted.map((_, i) => i));
    return sorted.map(([, code]) => code);
  }
}

export function body(length: number, fds: FileDescriptor[] = []): UnixBody {
  return new UnixBody(new Uint8Array(length), fds);
}

/** The numbers of the messages that came, in order. */
export function received(scene: Scene, raw: RawSocket): number[] {
  const numbers: number[] = [];
  for (;;) {
    const datagram = raw.tryRecv();
    if (datagram === undefined || datagram === null) return numbers;
    numbers.push(parse(datagram.data)[2]);
    for (const fd of datagram.fds) scene.libc.symbols.close(fd);
  }
}

/** Ends a transport whose writer the test has. */
export async function end(
  transport: UnixSeqpacketTransport,
  writer: WritableStreamDefaultWriter<Outgoing<UnixBody>[]>,
): Promise<void> {
  writer.closed.catch(() => {});
  await transport.close();
  writer.releaseLock();
}
