import { type Clock, systemClock } from "../../internal/clock.ts";
import { Queue } from "../../internal/queue.ts";
import {
  Interrupted,
  PermissionDenied,
  TimedOut,
} from "../../internal/runtime/errors.ts";
import type { Acceptor } from "../acceptor.ts";
import type { TcpConn, TcpListener } from "../sockets/conn.ts";
import { checkCa, checkPair } from "./check_certificates.ts";
import type { GatedDuplex } from "./gated_duplex.ts";
import { secure, type Secured } from "./handshake.ts";
import { nodeTls } from "./node_tls.ts";
import {
  SILENCE,
  SilentHandshakes,
  type WatchedHandshake,
} from "./silent_handshakes.ts";
import type { TlsAddr } from "./tls_address.ts";
import { whyInvalidNow } from "./tls_error.ts";
import { readCertificate } from "./tls_info.ts";
import {
  resolveAlpn,
  resolveHandshakeTimeout,
  type TlsCertificates,
  type TlsListenOptions,
} from "./tls_options.ts";

/**
 * So many connections make their handshakes, or wait to be taken; further ones wait
 * in the system's queue. Handshakes don't wait to be asked for, as a client's
 * `connect` waits for them. Those of which nothing comes give way to others.
 */
const MAX_AHEAD = 64;

/** What a connection has become: a transport, or an error that is thrown. */
type Outcome<T> = () => T;

/** Accepts TLS connections; `wrap` makes transports of them. */
export class TlsAcceptor<T extends { close(): void | Promise<void> }>
  implements Acceptor<T, TlsAddr> {
  readonly #listener: TcpListener;
  readonly #handshakeTimeout: number;
  readonly #alpn: string[];
  readonly #wrap: (secured: Secured) => T;
  #certificates: TlsCertificates;
  readonly #ready = new Queue<Outcome<T>>();
  #waiting: PromiseWithResolvers<T> | null = null;
  #accepting = false;
  readonly #handshakes = new Set<Promise<void>>();
  readonly #silent: SilentHandshakes;
  /** Ends the handshakes. */
  readonly #end = new AbortController();

  /**
   * Takes over a listening socket.
   *
   * @throws {Error} If the certificates or another option can't be used.
   */
  constructor(
    listener: TcpListener,
    options: TlsListenOptions,
    wrap: (secured: Secured) => T,
    clock: Clock = systemClock,
  ) {
    this.#listener = listener;
    this.#handshakeTimeout = resolveHandshakeTimeout(options.handshakeTimeout);
    this.#alpn = resolveAlpn(options.alpn);
    this.#wrap = wrap;
    this.#certificates = checkCertificates(options);
    this.#silent = new SilentHandshakes(clock, () => this.#full);
    this.#acceptMore();
  }

  get addr(): TlsAddr {
    const { hostname, port } = this.#listener.addr;
    return { transport: "tls", hostname, port };
  }

  /**
   * Shows these certificates from now on. Open connections keep theirs.
   *
   * @throws {TypeError} If they can't be used, or have no `clientCa` and those before
   * have one; those before stay then.
   */
  setCertificates(certificates: TlsCertificates): void {
    const checked = checkCertificates(certificates);
    if (
      this.#certificates.clientCa !== undefined &&
      checked.clientCa === undefined
    ) {
      throw new TypeError(
        "setCertificates needs clientCa, as this listener asks its clients for certificates",
      );
    }
    this.#certificates = checked;
  }

  accept(): Promise<T> {
    if (this.#closed) return Promise.reject(closedError());
    this.#waiting = Promise.withResolvers();
    const { promise } = this.#waiting;
    const outcome = this.#ready.shift();
    if (outcome !== undefined) this.#give(outcome);
    this.#acceptMore();
    return promise;
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#end.abort(closedError());
      this.#listener.close();
      this.#waiting?.reject(closedError());
      this.#waiting = null;
      for (const outcome of this.#ready.drain()) await this.#drop(outcome);
    }
    await Promise.all([...this.#handshakes, this.#silent.stop()]);
  }

  ref(): void {
    this.#listener.ref();
  }

  unref(): void {
    this.#listener.unref();
  }

  /** Accepts as many as there may be; handshakes don't wait for each other. */
  #acceptMore(): void {
    if (this.#accepting || this.#closed) return;
    if (this.#full) return this.#silent.watch();
    this.#accepting = true;
    this.#listener.accept().then((conn) => {
      this.#accepting = false;
      const shaken = this.#shake(conn);
      this.#handshakes.add(shaken);
      shaken.finally(() => {
        this.#handshakes.delete(shaken);
        this.#acceptMore();
      });
      this.#acceptMore();
    }, (error) => {
      this.#accepting = false;
      this.#give(() => {
        throw error;
      });
    });
  }

  async #shake(conn: TcpConn): Promise<void> {
    const handshake = new AcceptedHandshake(this.#end.signal);
    this.#silent.add(handshake);
    let outcome: Outcome<T>;
    try {
      const transport = await this.#secure(conn, handshake);
      outcome = () => transport;
    } catch (error) {
      outcome = () => {
        throw error;
      };
    } finally {
      this.#silent.delete(handshake);
    }
    await this.#give(outcome);
  }

  async #secure(conn: TcpConn, handshake: AcceptedHandshake): Promise<T> {
    const { cert, key, clientCa } = this.#certificates;
    const { hostname, port } = conn.remoteAddr;
    const alpn = this.#alpn;
    const doing = `Cannot accept a TLS connection of ${hostname}:${port}`;
    const server = nodeTls().createServer({
      cert,
      key,
      ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true }),
      // It is looked at below, so that the reason is known.
      rejectUnauthorized: false,
      allowHalfOpen: true,
      ALPNProtocols: alpn,
    });
    return await secure(conn, {
      doing,
      alpn,
      signal: handshake.signal,
      timeout: this.#handshakeTimeout,
      begin: (gate, done, failed) => {
        handshake.begins(gate, doing);
        server.on("secureConnection", done);
        server.on("tlsClientError", failed);
        server.emit("connection", gate.duplex);
      },
      use: (secured) => {
        if (clientCa !== undefined) checkClient(secured, doing);
        return this.#wrap(secured);
      },
    });
  }

  async #give(outcome: Outcome<T>): Promise<void> {
    if (this.#closed) return await this.#drop(outcome);
    const waiting = this.#waiting;
    if (waiting === null) return this.#ready.push(outcome);
    this.#waiting = null;
    try {
      waiting.resolve(outcome());
    } catch (error) {
      waiting.reject(error);
    }
  }

  /** Closes a connection that nobody will take. */
  async #drop(outcome: Outcome<T>): Promise<void> {
    let transport: T;
    try {
      transport = outcome();
    } catch {
      // It has failed already, and nobody waits for it.
      return;
    }
    await transport.close();
  }

  get #closed(): boolean {
    return this.#end.signal.aborted;
  }

  /** Whether further connections have to wait in the system's queue. */
  get #full(): boolean {
    return this.#handshakes.size + this.#ready.length >= MAX_AHEAD;
  }
}

/** A handshake that is under way. */
class AcceptedHandshake implements WatchedHandshake {
  readonly #end = new AbortController();
  #gate: GatedDuplex | null = null;
  #doing = "";
  /** Fires when it has to end. */
  readonly signal: AbortSignal;

  /** Ends with its listener, too. */
  constructor(listening: AbortSignal) {
    this.signal = AbortSignal.any([listening, this.#end.signal]);
  }

  /** It begins over a socket. */
  begins(gate: GatedDuplex, doing: string): void {
    this.#gate = gate;
    this.#doing = doing;
  }

  get reads(): number {
    return this.#gate?.reads ?? 0;
  }

  giveWay(): void {
    this.#end.abort(
      new TimedOut(
        `${this.#doing}: nothing came for ${SILENCE} ms within the TLS handshake. It had to give way, as ${MAX_AHEAD} connections make handshakes or wait to be accepted`,
      ),
    );
  }
}

/** @throws {Error} PermissionDenied, if the certificate of a client isn't good. */
function checkClient({ tls, gate }: Secured, doing: string): void {
  if (tls.authorized) return;
  const shown = tls.getPeerCertificate();
  const certificate = readCertificate(shown);
  const reason = String(tls.authorizationError);
  gate.close();
  tls.destroy();
  if (certificate === null) {
    throw new PermissionDenied(
      `${doing}: it has shown no certificate, and clientCa asks for one (${reason})`,
    );
  }
  const whose = `its certificate ${JSON.stringify(certificate.subject)}`;
  const why = {
    CERT_HAS_EXPIRED: `${whose} has expired`,
    CERT_NOT_YET_VALID: `${whose} isn't valid yet`,
    other: `clientCa hasn't signed ${whose}`,
  }[whyInvalidNow(shown) ?? "other"];
  throw new PermissionDenied(`${doing}: ${why} (${reason})`);
}

function closedError(): Error {
  return new Interrupted("The listener was closed");
}

/** @throws {TypeError} If they can't be used. */
function checkCertificates(certificates: TlsCertificates): TlsCertificates {
  const { cert, key, clientCa } = certificates;
  checkPair(cert, key);
  if (clientCa !== undefined) checkCa("clientCa", clientCa);
  return { cert, key, clientCa };
}
