import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import { PacketIo } from "../messages/packet_io.ts";
import {
  type CarrierHeartbeat,
  type PacketOptions,
  resolvePacketOptions,
} from "../messages/packet_options.ts";
import { isNodeWorker, type Port, type PortWorker } from "./port.ts";
import { PortCarrier } from "./port_carrier.ts";

/** The options of a {@linkcode MessagePortTransport}. */
export interface MessagePortOptions extends StreamConfig, PacketOptions {
  /**
   * The worker at the other end. Its `error` and `exit` end the connection, and an
   * `error` counts as taken care of. Where the port is a Worker itself, it is that.
   */
  worker?: PortWorker | undefined;
  /**
   * When the other side is taken for gone: after `interval` and `timeout` together
   * without a message, counted from its first one. The other side needs no option for
   * it. A worker that computes for longer without a break is cut off; null turns it
   * off. Default: `{ interval: 2000, timeout: 8000 }` where the worker is one of the
   * web, as nothing else tells that it was terminated; else null.
   */
  heartbeat?: CarrierHeartbeat | null | undefined;
}

/** What is known of a connection over a port. */
export interface MessagePortInfo {
  /** Always `"message-port"`. */
  readonly transport: "message-port";
}

const WORKER_HEARTBEAT: CarrierHeartbeat = { interval: 2000, timeout: 8000 };

/**
 * A transport over a MessagePort: between a program and its worker, or a page and its
 * frame. Both ends are a `MessagePortTransport`, and the port serves nothing else.
 *
 * - Order: as sent.
 * - Backpressure: a window of 1 MiB that the other side has to read.
 * - Copies: a body is copied once. One of 256 KiB and more that is given away
 *   (`{ data, transfer: true }`) and has a buffer of its own is not: the other side
 *   gets the buffer. The window may be exceeded by one such body.
 * - Closing: as a socket's, with half-close. A MessagePort is closed; a Worker goes
 *   on, and belongs to its owner.
 * - A side that vanishes: Node and Bun tell it at once; for the workers of the web,
 *   Deno's included, there is a `heartbeat`.
 *
 * Make it before the first `await` of a worker's program, as a worker may lose messages
 * that nobody listens for yet.
 *
 * @example Two ends in one program
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { Peer } from "jsr:@fizyr/rpc/peer";
 * import { MessagePortTransport } from "jsr:@fizyr/rpc/transports/message-port";
 *
 * const { port1, port2 } = new MessageChannel();
 * await using client = Peer.spawn(new MessagePortTransport(port1));
 * await using server = Peer.spawn(new MessagePortTransport(port2));
 * const serving = server.serve({ 1: (_request, body) => `Hello ${body.text()}!` });
 * assertEquals((await client.call(1, "World")).text(), "Hello World!");
 * await client.close();
 * await serving;
 * ```
 */
export class MessagePortTransport extends FramedTransport<MessagePortInfo> {
  /**
   * Takes over a port.
   *
   * @param port A MessagePort, a Worker, or the `self` of a worker; also those of
   * `node:worker_threads`.
   * @throws {TypeError} If it is none of these.
   * @throws {RangeError} If an option is out of its range.
   */
  constructor(port: Port, options: MessagePortOptions = {}) {
    const worker = options.worker ?? workerOf(port);
    const { heartbeat = defaultHeartbeat(worker) } = options;
    const resolved = resolvePacketOptions(options, heartbeat);
    // Before the port is taken over, which says hello to the other side.
    resolveStreamConfig(options);
    const carrier = new PortCarrier(port, worker);
    super(
      new PacketIo(carrier, resolved),
      { transport: "message-port" },
      options,
    );
  }
}

function defaultHeartbeat(worker: PortWorker | null): CarrierHeartbeat | null {
  return worker === null || isNodeWorker(worker) ? null : WORKER_HEARTBEAT;
}

/** The port, if it is a worker itself. */
function workerOf(port: object): PortWorker | null {
  if (typeof Worker === "function" && port instanceof Worker) return port;
  // Of Node: its ports have no `terminate`.
  return isNodeWorker(port) && "terminate" in port ? port : null;
}
