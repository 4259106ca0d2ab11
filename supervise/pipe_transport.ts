import type { Socket } from "node:net";
import type { StreamConfig } from "../protocol/config.ts";
import { FramedTransport } from "../transports/framed/framed_transport.ts";
import { SocketIo } from "./socket_io.ts";

/** What is known of a connection between a program and the one that looks after it. */
export interface PipeInfo {
  /** Always `"pipe"`. */
  readonly transport: "pipe";
}

/** A connection over one end of a socket pair. */
export class PipeTransport extends FramedTransport<PipeInfo> {
  /** Takes over the end. */
  constructor(socket: Socket, config: StreamConfig = {}) {
    super(new SocketIo(socket), { transport: "pipe" }, config);
  }
}
