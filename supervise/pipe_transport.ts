import type { Socket } from "node:net";
import type { StreamConfig } from "../protocol/config.ts";
import { ConnIo } from "../transports/framed/conn_io.ts";
import { FramedTransport } from "../transports/framed/framed_transport.ts";
import { NodeConn } from "../transports/sockets/node_conn.ts";

/** What is known of a connection between a program and the one that looks after it. */
export interface PipeInfo {
  /** Always `"pipe"`. */
  readonly transport: "pipe";
}

/** A connection over one end of a socket pair. */
export class PipeTransport extends FramedTransport<PipeInfo> {
  /** Takes over the end, from which nothing was read. */
  constructor(socket: Socket, config: StreamConfig = {}) {
    const conn = new NodeConn(socket, null, null);
    super(new ConnIo(conn, true), { transport: "pipe" }, config);
  }
}
