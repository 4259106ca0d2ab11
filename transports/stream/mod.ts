/**
 * The transport over any pair of byte streams.
 *
 * @example Talking to a child process over its stdin and stdout
 * ```ts ignore
 * import { Peer } from "jsr:@fizyr/rpc/peer";
 * import { StreamTransport } from "jsr:@fizyr/rpc/transports/stream";
 *
 * const child = new Deno.Command("worker", { stdin: "piped", stdout: "piped" }).spawn();
 * await using peer = Peer.spawn(
 *   new StreamTransport({ readable: child.stdout, writable: child.stdin }),
 * );
 * ```
 *
 * @module
 */
export {
  StreamTransport,
  type StreamTransportOptions,
} from "./stream_transport.ts";
export type { ByteStreams } from "./stream_transport.ts";
export type { StreamConfig } from "../../protocol/config.ts";
export type { ChannelTransport } from "../channel_transport.ts";
export type { FramedTransport } from "../framed/framed_transport.ts";
