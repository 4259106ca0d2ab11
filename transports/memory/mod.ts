/**
 * The transport in memory, for tests and examples: `MemoryTransport.pair()`
 * gives two linked ends.
 *
 * @module
 */
export { type MemoryInfo, MemoryTransport } from "./memory_transport.ts";
export type { StreamConfig } from "../../protocol/config.ts";
export type { ChannelTransport } from "../channel_transport.ts";
export type { FramedTransport } from "../framed/framed_transport.ts";
