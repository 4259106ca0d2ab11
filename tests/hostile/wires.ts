import type { Message } from "../../protocol/message.ts";
import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import {
  AF_UNIX,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from "../../transports/libc/constants.ts";
import { Libc } from "../../transports/libc/libc.ts";
import { Socket } from "../../transports/reactor_sockets/socket.ts";
import { SocketIo } from "../../transports/reactor_sockets/socket_io.ts";
import { SocketTransport } from "../../transports/reactor_sockets/socket_transport.ts";
import { PERMISSIONS } from "../support/permissions.ts";
import {
  SCRIPTED_KINDS,
  type ScriptedEnd,
  type ScriptedKind,
  type ScriptedTransport,
} from "../support/scripted_duplex.ts";
import { writeAll } from "../support/scripted_fill.ts";

/** A way to make a victim's transport of its end of the wire. */
export type WireKind = ScriptedKind | "reactor";

/** All ways but the reactor where a test may not use FFI. */
export const WIRE_KINDS: readonly WireKind[] = [
  ...SCRIPTED_KINDS,
  ...(PERMISSIONS.ffi.granted ? ["reactor"] as const : []),
];

/** A transport of an end of the wire. */
export interface Wired {
  readonly transport: ScriptedTransport;
  /** Resolves when nothing works for it any more. */
  readonly ended: Promise<unknown>;
}

/** Makes a transport of an end of the wire. */
export function wire(
  end: ScriptedEnd,
  kind: WireKind,
  config: StreamConfig,
): Wired {
  return kind === "reactor"
    ? onReactor(end, config)
    : { transport: end[kind](config), ended: Promise.resolve() };
}

/** Takes bytes as they are. */
class Bytes extends FrameDecoder {
  readonly #space = new Uint8Array(64 * 1024);
  #count = 0;

  constructor() {
    super(resolveStreamConfig());
  }

  override space(): Uint8Array<ArrayBuffer> {
    return this.#space;
  }

  override commit(count: number): Message[] {
    this.#count = count;
    return [];
  }

  /** What was read last. */
  get last(): Uint8Array<ArrayBuffer> {
    return this.#space.subarray(0, this.#count);
  }
}

/**
 * A transport on the reactor. Its socket is linked with another one, and the bytes
 * are carried between that one and the wire.
 */
function onReactor(end: ScriptedEnd, config: StreamConfig): Wired {
  using libc = Libc.require("The test");
  const fds = new Int32Array(2);
  const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  if (libc.symbols.socketpair(AF_UNIX, type, 0, fds) !== 0) {
    throw new Error("There is no pair of sockets");
  }
  const [near, far] = [...fds].map((fd) =>
    new SocketIo(new Socket(libc, fd), true)
  );
  const ended = Promise.allSettled([toSocket(end, far!), toWire(far!, end)])
    .then(() => far!.close());
  const transport = new SocketTransport("reactor", near!, null, config);
  return { transport, ended };
}

/** Carries what the hostile end says, to its end or an error. */
async function toSocket(end: ScriptedEnd, socket: SocketIo): Promise<void> {
  for (;;) {
    const bytes = await end.input.read();
    if (bytes === null) return await socket.closeWrite();
    for (let at = 0; at < bytes.length;) {
      at += await socket.send(bytes.subarray(at));
    }
  }
}

/** Carries what the victim says. When it has closed its socket, the wire ends. */
async function toWire(socket: SocketIo, end: ScriptedEnd): Promise<void> {
  const decoder = new Bytes();
  try {
    while (await socket.receive(decoder) !== null) {
      await writeAll(end.output, decoder.last);
    }
  } finally {
    end.close();
  }
}
