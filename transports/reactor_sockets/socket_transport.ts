import type { StreamConfig } from "../../protocol/config.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import type { SocketIo } from "./socket_io.ts";

/** A transport over a socket of the C library. It has no `conn`. */
export class SocketTransport<I> extends FramedTransport<I> {
  constructor(io: SocketIo, info: I, config?: StreamConfig) {
    super(io, info, config);
  }
}
