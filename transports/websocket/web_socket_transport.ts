import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import { deno } from "../../internal/runtime/deno.ts";
import { checkLeast } from "../../internal/check_options.ts";
import type { ByteIo } from "../framed/byte_io.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import { FIRST_WINDOW } from "../messages/packet.ts";
import { PacketIo } from "../messages/packet_io.ts";
import {
  type PacketOptions,
  resolvePacketOptions,
} from "../messages/packet_options.ts";
import { PlainIo } from "./plain_io.ts";
import { SUBPROTOCOL } from "./subprotocol.ts";
import { type KeepsAlive, OPEN, type WebSocketLike } from "./web_socket.ts";
import { WebSocketCarrier } from "./web_socket_carrier.ts";

/** The limits of a connection over a WebSocket. */
export interface WebSocketConfig extends StreamConfig, PacketOptions {
  /**
   * How many bytes may have come and not been read, where the other side isn't of this
   * library and so can't be told to wait; the connection ends then. Where the socket can
   * stop reading (in Node, and with `bind`), it does so far below that. Default: 16 MiB.
   */
  maxUnreadBytes?: number | undefined;
}

/** What is known of a connection over a WebSocket. Plain data. */
export interface WebSocketInfo {
  /** Always `"websocket"`. */
  readonly transport: "websocket";
  /** `"fizyr-rpc"`, or `""` where the other side isn't of this library. */
  readonly protocol: string;
  /** The address at a client; at a server the path that was asked for. */
  readonly url: string;
  /** The server as the client named it, with its port unless that is the usual one. */
  readonly host: string;
  /** The origin of the page that has connected; null at a client, and for what is no page. */
  readonly origin: string | null;
  /** The subprotocols that were offered, with the token masked. */
  readonly protocols: readonly string[];
  /** The address of the client, at a server that was told it; else null. */
  readonly remoteAddr: WebSocketRemoteAddr | null;
}

/** The address of a client, as Deno's. */
export interface WebSocketRemoteAddr {
  /** `"tcp"` or `"unix"`. */
  readonly transport: string;
  /** The IP address, with TCP. */
  readonly hostname?: string;
  /** The port, with TCP. */
  readonly port?: number;
}

const DEFAULT_UNREAD = 16 * 1024 * 1024;

/**
 * A transport over an open WebSocket. `connect`, `acceptWebSocket`,
 * `acceptWebSocketUpgrade` and `bind` of the sub-path make it; make it yourself of a
 * WebSocket that you have opened, in its `open` event.
 *
 * - Order: as sent.
 * - Backpressure: where both ends are of this library (subprotocol `fizyr-rpc`), a
 *   window of 1 MiB that the other side has to read. Else see `maxUnreadBytes`.
 * - Closing: as a socket's, with half-close; without the subprotocol there is no
 *   half-close.
 * - Messages are binary, and have at most 1 MiB; one carries a batch of frames, or a
 *   part of one. A text message ends the connection.
 */
export class WebSocketTransport extends FramedTransport<WebSocketInfo> {
  /**
   * Takes over an open WebSocket.
   *
   * @param info What is known of it. Its `protocol` decides what is spoken: a socket of
   * `Deno.serve` doesn't tell it itself.
   * @param keepsAlive What `ref` and `unref` of the connection are passed on to.
   * @throws {TypeError} If it isn't open.
   * @throws {RangeError} If a limit is out of its range.
   */
  constructor(
    socket: WebSocketLike,
    info: WebSocketInfo,
    config: WebSocketConfig = {},
    keepsAlive: KeepsAlive | null = null,
  ) {
    checkConfig(config);
    if (socket.readyState !== OPEN) {
      throw new TypeError(
        "The WebSocket must be open: make the transport in its open event",
      );
    }
    super(ioOf(socket, info, config, keepsAlive), info, config);
  }
}

/**
 * Checks the limits, before there is a connection.
 *
 * @throws {RangeError} If one is out of its range.
 */
export function checkConfig(config: WebSocketConfig): void {
  resolveStreamConfig(config);
  resolvePacketOptions(config);
  maxUnreadOf(config);
}

function ioOf(
  socket: WebSocketLike,
  { protocol, url }: WebSocketInfo,
  config: WebSocketConfig,
  keepsAlive: KeepsAlive | null,
): ByteIo {
  if (protocol !== SUBPROTOCOL) {
    // The TLS sockets of Deno's clients read without limit while they are paused.
    const canPause = deno === undefined || !url.startsWith("wss:");
    return new PlainIo(socket, keepsAlive, maxUnreadOf(config), canPause);
  }
  const carrier = new WebSocketCarrier(socket, keepsAlive);
  return new PacketIo(carrier, resolvePacketOptions(config));
}

function maxUnreadOf({ maxUnreadBytes = DEFAULT_UNREAD }: WebSocketConfig) {
  return checkLeast("maxUnreadBytes", maxUnreadBytes, FIRST_WINDOW);
}
