import { toRpcError } from "../../internal/errors.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Carrier, PacketReceiver } from "../messages/carrier.ts";
import type { Packet } from "../messages/packet.ts";
import { PacketCodec } from "../messages/packet_codec.ts";
import { breakSocket, closeSocket } from "./close_socket.ts";
import { listenToSocket } from "./socket_events.ts";
import {
  type KeepsAlive,
  MAX_MESSAGE_LEN,
  OPEN,
  type WebSocketLike,
} from "./web_socket.ts";

/** A longer piece would hold up what has to go between two pieces. */
const MAX_DATA_LEN = 256 * 1024;

/** Packets over a WebSocket whose other end is of this library too. */
export class WebSocketCarrier implements Carrier {
  readonly maxDataLen = MAX_DATA_LEN;
  readonly maxGivenLen = MAX_DATA_LEN;
  readonly #socket: WebSocketLike;
  readonly #keepsAlive: KeepsAlive | null;
  readonly #codec = new PacketCodec();
  #stop: (() => void) | null = null;
  #aborted = false;
  /** Whether anything has come. */
  #heard = false;

  /** Takes over an open WebSocket. */
  constructor(socket: WebSocketLike, keepsAlive: KeepsAlive | null) {
    this.#socket = socket;
    this.#keepsAlive = keepsAlive;
  }

  start(receiver: PacketReceiver): void {
    this.#stop = listenToSocket(this.#socket, {
      onMessage: (bytes) => this.#receive(bytes, receiver),
      onClose: (_facts, error) => receiver.onEnd(error),
      onInvalid: (error) => receiver.onEnd(error),
    });
  }

  send(packet: Packet): void {
    checkOpen(this.#socket);
    this.#socket.send(this.#codec.encode(packet));
  }

  abort(): void {
    this.#aborted = true;
    this.#stop?.();
    breakSocket(this.#socket);
  }

  close(): Promise<void> {
    this.#stop?.();
    // Who breaks the rules isn't waited for.
    if (this.#aborted) return Promise.resolve();
    return closeSocket(this.#socket, this.#heard);
  }

  ref(): void {
    this.#keepsAlive?.ref();
  }

  unref(): void {
    this.#keepsAlive?.unref();
  }

  #receive(bytes: Uint8Array<ArrayBuffer>, receiver: PacketReceiver): void {
    this.#heard = true;
    let packet: Packet;
    try {
      checkLength(bytes);
      packet = this.#codec.decode(bytes);
    } catch (error) {
      return receiver.onEnd(toRpcError(error));
    }
    receiver.onPacket(packet);
  }
}

/**
 * Throws if a WebSocket takes no messages any more: it would drop them without a word.
 *
 * @throws {RpcError} `connection-aborted`.
 */
export function checkOpen(socket: WebSocketLike): void {
  if (socket.readyState === OPEN) return;
  throw new RpcError(
    "connection-aborted",
    "The WebSocket is closed, or closes",
    { fatal: true, side: "remote" },
  );
}

function checkLength({ length }: Uint8Array): void {
  if (length <= MAX_MESSAGE_LEN) return;
  throw new RpcError(
    "limit-exceeded",
    `The other side sent a message of ${length} bytes; one has at most ${MAX_MESSAGE_LEN}`,
    { fatal: true, side: "remote", limit: MAX_MESSAGE_LEN, actual: length },
  );
}
