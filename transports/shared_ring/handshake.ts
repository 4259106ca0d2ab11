import { toRpcError } from "../../internal/errors.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Libc } from "../libc/libc.ts";
import {
  checkHello,
  datagramKind,
  decodeHello,
  decodeRefusal,
  encodeHello,
  encodeRefusal,
  type Hello,
} from "./hello.ts";
import { ringViolation } from "./ring_error.ts";
import { memoryLen } from "./ring_layout.ts";
import { checkRingMemory, createRingMemory } from "./ring_memory_file.ts";
import type { RingDatagram, RingSocket } from "./ring_socket.ts";
import { Rings } from "./rings.ts";
import type { ResolvedSharedRingConfig } from "./shared_ring_config.ts";

/**
 * Makes the rings of a connection and sends them to the side that accepts. They can
 * be written to at once.
 *
 * @throws {Error} If the process has no descriptor or no memory left.
 */
export function offerRings(
  libc: Libc,
  socket: RingSocket,
  { littleEndian, ringSize }: ResolvedSharedRingConfig,
): { readonly hello: Hello; readonly rings: Rings } {
  const hello = { littleEndian, sizes: { there: ringSize, back: ringSize } };
  using memory = createRingMemory(libc, memoryLen(hello.sizes));
  const rings = new Rings(libc, memory.fd, hello.sizes, "connect");
  try {
    const result = socket.send(encodeHello(datagramKind.HELLO, hello), [
      memory,
    ]);
    if (result === "sent") return { hello, rings };
    throw result === "later"
      ? new Deno.errors.WouldBlock("The socket takes no datagram")
      : result;
  } catch (error) {
    // The other side has refused this one already: that is seen when reading.
    if (error instanceof Deno.errors.BrokenPipe) return { hello, rings };
    rings[Symbol.dispose]();
    throw error;
  }
}

/**
 * Takes the rings that the other side has sent, and answers. Closes the descriptors
 * of the datagram.
 *
 * @throws {RpcError} If this side refuses them; the other side is told why.
 */
export function acceptRings(
  libc: Libc,
  socket: RingSocket,
  datagram: RingDatagram,
  config: ResolvedSharedRingConfig,
): Rings {
  const { kind, bytes, fds, lost } = datagram;
  try {
    if (kind !== datagramKind.HELLO) {
      throw ringViolation(
        "The first datagram doesn't offer rings: the other side has to connect to this address as unix+shm:PATH",
      );
    }
    const hello = decodeHello(bytes);
    checkHello(hello, config);
    if (lost) throw memoryLost();
    const [memory] = fds;
    if (memory === undefined || fds.length > 1) {
      throw ringViolation(
        `One descriptor goes with the offer of rings, and ${fds.length} came`,
        fds.length,
      );
    }
    checkRingMemory(libc, memory.fd, memoryLen(hello.sizes));
    const rings = new Rings(libc, memory.fd, hello.sizes, "accept");
    try {
      socket.answer(encodeHello(datagramKind.WELCOME, hello));
    } catch (error) {
      rings[Symbol.dispose]();
      throw error;
    }
    return rings;
  } catch (error) {
    const refused = toRpcError(error);
    tellRefusal(socket, refused);
    throw refused;
  } finally {
    for (const fd of fds) fd.close();
  }
}

function memoryLost(): RpcError {
  return new RpcError(
    "too-many-fds",
    "The memory of the rings was lost: the process that accepts has as many descriptors open as it may (ulimit -n)",
    { fatal: true, side: "local" },
  );
}

/** Tells the other side why it is refused, if the system lets it. */
function tellRefusal(socket: RingSocket, refused: RpcError): void {
  try {
    socket.answer(encodeRefusal(refused));
  } catch (error) {
    // The connection ends for the first reason, which this must not hide.
    refused.cause ??= error;
  }
}

/**
 * Checks the answer to an offer.
 *
 * @throws {RpcError} If it is a refusal, or no answer.
 */
export function checkAnswer({ kind, bytes }: RingDatagram, asked: Hello): void {
  if (kind === datagramKind.REFUSED) throw decodeRefusal(bytes);
  const { littleEndian, sizes } = kind === datagramKind.WELCOME
    ? decodeHello(bytes)
    : notAnAnswer(kind);
  const isSame = littleEndian === asked.littleEndian &&
    sizes.there === asked.sizes.there && sizes.back === asked.sizes.back;
  if (!isSame) throw ringViolation("The answer isn't what was asked for");
}

function notAnAnswer(kind: number): never {
  throw ringViolation(
    `The other side answers with something else than rings (a datagram that begins with 0x${
      kind.toString(16)
    }): it has to listen on unix+shm:PATH`,
    kind,
  );
}
