import { foreignProtocol } from "../../protocol/foreign_protocol.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";
import { immediate } from "../../internal/event_loop.ts";
import { BadResource, Interrupted } from "../../internal/runtime/errors.ts";
import { fromNodeError } from "../../internal/runtime/node_error.ts";
import type { ByteIo } from "../framed/byte_io.ts";
import type { TcpConn } from "../sockets/conn.ts";
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
  #finished: PromiseWithResolvers<void> | null = null;
  #ended = false;
  #received = false;
  #closed: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

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
    tls.on("finish", () => this.#finished?.resolve());
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
      if (this.#failure !== null) throw this.#reason(this.#failure.error);
      if (this.#ended) return null;
      this.#changed = Promise.withResolvers();
      this.#gate.open();
      await this.#changed.promise;
    }
  }

  send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const piece = bytes.subarray(0, PIECE_LEN);
    const { length } = piece;
    return new Promise((resolve, reject) => {
      this.#tls.write(piece, (error) => {
        if (!error) resolve(length);
        else reject(this.#failure?.error ?? fromNodeError(error));
      });
    });
  }

  closeWrite(): Promise<void> {
    if (this.#finished === null) {
      this.#finished = Promise.withResolvers();
      if (this.#failure !== null) this.#finished.reject(this.#failure.error);
      else this.#tls.end();
    }
    return this.#finished.promise;
  }

  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    const ends = this.#failure === null && this.#finished === null;
    this.#ended = false;
    this.#failure ??= {
      error: new Interrupted("The connection was closed"),
    };
    this.#wake();
    if (ends) {
      // So that the other side sees an end of TLS, if it can be written at once.
      const { promise } = this.#finished = Promise.withResolvers();
      this.#tls.end();
      await settledWithin(TURNS, promise);
    }
    this.#finished?.reject(this.#failure.error);
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
    const failure = this.#failure ??= { error };
    this.#finished?.reject(failure.error);
    this.#wake();
  }
}
