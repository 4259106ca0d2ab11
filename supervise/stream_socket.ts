import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { StreamBody } from "../protocol/body.ts";
import type { StreamConfig } from "../protocol/config.ts";
import { ConnIo } from "../transports/framed/conn_io.ts";
import { FramedTransport } from "../transports/framed/framed_transport.ts";
import { NodeConn } from "../transports/sockets/node_conn.ts";
import type { Transport } from "../transports/transport.ts";
import { PARENT_FD } from "./parent_variables.ts";
import type { ProgramSocket } from "./program_socket.ts";

/** What is known of a connection between a program and the one that looks after it. */
export interface PipeInfo {
  /** Always `"pipe"`. */
  readonly transport: "pipe";
}

/** A connection over one end of a pair of stream sockets. */
export class PipeTransport extends FramedTransport<PipeInfo> {
  /** Takes over the end, from which nothing was read. */
  constructor(socket: Socket, config: StreamConfig = {}) {
    const conn = new NodeConn(socket, null, null);
    super(new ConnIo(conn, true), { transport: "pipe" }, config);
  }
}

/** A pair of stream sockets, which `spawn` makes. */
export class StreamSocket implements ProgramSocket<StreamBody> {
  readonly stdio = "pipe";
  readonly #config: StreamConfig;
  #socket: Socket | null = null;

  /** There is none until the program is started. */
  constructor(config: StreamConfig) {
    this.#config = config;
  }

  onSpawned({ stdio }: ChildProcess): void {
    const socket = stdio[PARENT_FD] as unknown as Socket | undefined;
    this.#socket = socket ?? null;
    // A program may end without ever having used it.
    socket?.on("error", () => {});
  }

  transport(): Transport<StreamBody, unknown> {
    return new PipeTransport(this.#socket!, this.#config);
  }

  close(): void {
    this.#socket?.destroy();
  }
}
