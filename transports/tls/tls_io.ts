import { foreignProtocol } from "../../protocol/foreign_protocol.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";
import { immediate } from "../../internal/event_loop.ts";
import { BadResource, Interrupted } from "../../internal/runtime/errors.ts";
import { fromNodeError } from "../../internal/runtime/node.ts";
import type { ByteIo } from "../framed/byte_io.ts";
import type { TcpConn } from "../sockets/conn.ts";
import { NodeWriter } from "../sockets/node_writer.ts";
import type { GatedDuplex } from "./gated_duplex.ts";
import type { NodeTlsSocket } from "./node_tls.ts";

/** At most this much is written at once, so that the progress of a slow reader can be seen. */
const PIECE_LEN = 64 * 1024;

/** So many turns of the event loop an end of TLS may take that nobody has asked for. */
const TURNS = 20;

/** Waits until a promise has settled, for at most so many turns of the event loop. */
async function settledWithin(
  turns: number,
  promise: Promise<void>,
): Promise<void> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  promise.then(settle, settle);
  for (let i = 0; i < turns && !settled; i++) await immediate();
}

/** The bytes inside a TLS connection. */
export class TlsIo implements ByteIo {
  readonly foreignProtocol = foreignProtocol;
  readonly keepsBytes = false;
  readonly losesOnClose = true;
  readonly #conn: TcpConn;
  readonly #gate: GatedDuplex;
  readonly #tls: NodeTlsSocket;
  readonly #refused: string | null;
  #changed: PromiseWithResolvers<void> | null = null;
  readonly #writer: NodeWriter;
  #ended = false;
  #received = false;
  #closed: Promise<void> | null = null;

  /**
   * Takes over a socket that is secure.
   *
   * @param refused What to say where the other side ends before its first byte.
   */
  constructor(
    conn: TcpConn,
    gate: GatedDuplex,
    tls: NodeTlsSocket,
    refused: string | null,
  ) {
    this.#conn = conn;
    this.#gate = gate;
    this.#tls = tls;
    this.#refused = refused;
    this.#writer = new NodeWriter(tls, PIECE_LEN);
    tls.on("readable", () => this.#wake());
    tls.on("end", () => {
      // The end of TLS comes before that of the socket, unless it was cut off.
      if (gate.ended) {
        this.#fail(
          new BadResource(
            "The other side has ended the socket, and not TLS (close_notify)",
          ),
        );
      }
      this.#ended = true;
      this.#wake();
    });
    tls.on("error", (error: Error) => this.#fail(fromNodeError(error)));
    tls.on(
      "close",
      () => this.#fail(new BadResource("The socket is closed")),
    );
  }

  async receive(decoder: FrameDecoder): Promise<Message[] | null> {
    for (;;) {
      const chunk = this.#tls.read();
      if (chunk !== null) {
        this.#received = true;
        const { buffer, byteOffset, byteLength } = chunk;
        // Not a Buffer, which bodies would be then.
        return decoder.push(new Uint8Array(buffer, byteOffset, byteLength));
      }
      const { failure } = this.#writer;
      if (failure !== null) throw this.#reason(failure.error);
      if (this.#ended) return null;
      this.#changed = Promise.withResolvers();
      this.#gate.open();
      await this.#changed.promise;
    }
  }

  send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    return this.#writer.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#writer.end();
  }

  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    // So that the other side sees an end of TLS, if it can be written at once.
    const ending = this.#writer.isOpen ? this.#writer.end() : null;
    const closed = new Interrupted("The connection was closed");
    this.#writer.note(closed);
    this.#wake();
    if (ending !== null) await settledWithin(TURNS, ending);
    this.#writer.fail(closed);
    this.#tls.destroy();
    this.#gate.close();
  }

  ref(): void {
    this.#conn.ref();
  }

  unref(): void {
    this.#conn.unref();
  }

  /** Why reading fails: an end before the first byte looks like a refusal. */
  #reason(cause: unknown): unknown {
    if (this.#received || this.#refused === null) return cause;
    if (cause instanceof Interrupted) return cause;
    return new Error(this.#refused, { cause });
  }

  #wake(): void {
    this.#changed?.resolve();
    this.#changed = null;
  }

  /** Ends what is pending. The first cause counts. */
  #fail(error: unknown): void {
    this.#writer.fail(error);
    this.#wake();
  }
}
