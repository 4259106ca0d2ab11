/**
 * The transport over a MessagePort: to a worker, or to a frame in a page.
 *
 * @example A program and its worker
 * ```ts ignore
 * import { Peer } from "jsr:@fizyr/rpc/peer";
 * import { MessagePortTransport } from "jsr:@fizyr/rpc/transports/message-port";
 *
 * // worker.ts: Peer.spawn(new MessagePortTransport(self)).serve({ ... });
 * const worker = new Worker(import.meta.resolve("./worker.ts"), { type: "module" });
 * await using peer = Peer.spawn(new MessagePortTransport(worker));
 * console.log((await peer.call(1, "Hello")).text());
 * ```
 *
 * @module
 */
export {
  type MessagePortInfo,
  type MessagePortOptions,
  MessagePortTransport,
} from "./message_port_transport.ts";
export type { NodeListening, Port, PortWorker, WebListening } from "./port.ts";
export type {
  CarrierHeartbeat,
  PacketOptions,
} from "../messages/packet_options.ts";
export type { StreamConfig } from "../../protocol/config.ts";
export type { ChannelTransport } from "../channel_transport.ts";
export type { FramedTransport } from "../framed/framed_transport.ts";
