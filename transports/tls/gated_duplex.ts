import { immediate } from "../../internal/event_loop.ts";
import { isInstance } from "../../internal/errors.ts";
import type { Conn } from "../sockets/conn.ts";
import { makeDuplex, type NodeDuplex, type NodeTlsSocket } from "./node_tls.ts";

/** The alerts that a server sends itself, by their numbers in TLS 1.2 and 1.3. */
const ALERTS = { handshake_failure: 40, no_application_protocol: 120 } as const;

/** Why a handshake has failed. */
export type Alert = keyof typeof ALERTS;

const READ_LEN = 64 * 1024;

/** So many turns of the event loop the last bytes may take to end a handshake. */
const END_TURNS = 20;

/**
 * A socket as a Duplex for `node:tls`, which reads only while nothing that was
 * decrypted waits to be taken.
 *
 * The sockets of `node:tls` in Deno read without limit: with a reader that had
 * stopped, 400 MiB went into memory.
 */
export class GatedDuplex {
  /** What `node:tls` takes for its socket. */
  readonly duplex: NodeDuplex;
  readonly #conn: Conn;
  #tls: NodeTlsSocket | null = null;
  #opened: PromiseWithResolvers<void> | null = null;
  #written = false;
  #closed = false;
  /** Whether the socket itself has ended. */
  ended = false;
  /** How often something has come. */
  reads = 0;

  /** Takes over a connection. */
  constructor(conn: Conn) {
    this.#conn = conn;
    this.duplex = makeDuplex({
      allowHalfOpen: true,
      read: () => {},
      write: (bytes, _encoding, callback) => {
        this.#write(bytes).then(() => callback(), callback);
      },
      final: (callback) => {
        conn.closeWrite().then(() => callback(), callback);
      },
      destroy: (error, callback) => {
        // Within the handshake, an alert may have to be sent before.
        if (this.#tls !== null) this.close();
        callback(error);
      },
    });
  }

  /** Whether this side has closed it. */
  get closed(): boolean {
    return this.#closed;
  }

  /** From now on it reads only while that socket has nothing to be taken. */
  attach(tls: NodeTlsSocket): void {
    this.#tls = tls;
  }

  /**
   * Begins to read, for the handshake.
   *
   * @param onOver Called when nothing more comes, and what came before is decrypted: with
   * the reason.
   */
  start(onOver: (error: Error) => void): void {
    this.#pump().then(() => {
      if (this.ended) onOver(new Error("The socket has ended"));
    }, (thrown) => {
      if (this.#closed) return;
      const error = isInstance(thrown, Error)
        ? thrown
        : new Error(String(thrown));
      this.duplex.destroy(error);
      onOver(error);
    });
  }

  /**
   * Tells the other side why the handshake has failed, if nothing was written yet: in
   * Deno `node:tls` writes no alert then.
   */
  async sendAlert(alert: Alert): Promise<void> {
    if (this.#written || this.#closed) return;
    // The record: alert, TLS 1.2, its length; then fatal, and the reason.
    await this.#write(Uint8Array.of(21, 3, 3, 0, 2, 2, ALERTS[alert]));
    await this.#conn.closeWrite();
  }

  /** Lets it go on, as all that was decrypted is taken. */
  open(): void {
    this.#opened?.resolve();
    this.#opened = null;
  }

  /** Closes the socket. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.open();
    this.#conn.close();
  }

  async #pump(): Promise<void> {
    const buffer = new Uint8Array(READ_LEN);
    while (!this.#closed) {
      const n = await this.#conn.read(buffer);
      if (this.#closed) return;
      this.reads++;
      if (n === null) {
        this.ended = true;
        this.duplex.push(null);
        for (let i = 0; i < END_TURNS; i++) await immediate();
        return;
      }
      if (this.duplex.destroyed) {
        throw new Error("TLS has ended within the handshake");
      }
      // The stream may keep what it is given.
      this.duplex.push(buffer.slice(0, n));
      // What was pushed is decrypted within a turn.
      await immediate();
      while (!this.#closed && (this.#tls?.readableLength ?? 0) > 0) {
        this.#opened ??= Promise.withResolvers();
        await this.#opened.promise;
      }
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#written = true;
    for (let rest = bytes; rest.length > 0;) {
      rest = rest.subarray(await this.#conn.write(rest));
    }
  }
}
