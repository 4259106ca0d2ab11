import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import { bindTcp, connectSocket, connectTcp } from "../sockets/open_socket.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import { formatHostPort, type HostPort } from "../sockets/host_port.ts";
import { checkCa, checkPair } from "./check_certificates.ts";
import { secure, type Secured } from "./handshake.ts";
import { isIp, nodeTls } from "./node_tls.ts";
import { TlsAcceptor } from "./tls_acceptor.ts";
import { whyRefused } from "./tls_error.ts";
import { parseTlsAddress, type TlsAddress } from "./tls_address.ts";
import { type TlsInfo, tlsInfo } from "./tls_info.ts";
import { TlsIo } from "./tls_io.ts";
import {
  requireHalfClose,
  resolveAlpn,
  resolveHandshakeTimeout,
  type TlsConnectOptions,
  type TlsListenOptions,
} from "./tls_options.ts";

/** What a client says of an end that comes before the first byte. */
const REFUSED =
  "The server ended the connection right after the TLS handshake. It may have refused the certificate of this side, or asked for one: see the options cert and key. Or it takes other protocols: see the option alpn";

/**
 * A transport over TLS, in Deno and Node.
 *
 * - Order: as sent.
 * - Backpressure: the socket's; of a reader that has stopped, less than 128 KiB are
 *   read ahead.
 * - Closing: replies are still sent after the other side has ended its half. An end
 *   of the socket without an end of TLS is `connection-aborted`.
 *
 * Permission: `--allow-net`, for the host and port.
 *
 * @example A transport without `connect`
 * ```ts ignore
 * import { Peer } from "jsr:@fizyr/rpc";
 * import { TlsTransport } from "jsr:@fizyr/rpc/transports/tls";
 *
 * const transport = await TlsTransport.connect("tls://cell-7:1337");
 * await using peer = Peer.spawn(transport);
 * console.log(peer.info.certificate?.subject);
 * ```
 */
export class TlsTransport extends FramedTransport<TlsInfo> {
  /** What it is called in `stats()`. */
  override get name(): string {
    return "tls";
  }
  private constructor(
    { conn, gate, tls }: Secured,
    config: StreamConfig,
    refused: string | null,
  ) {
    const io = new TlsIo(conn, gate, tls, refused);
    super(io, tlsInfo(conn, tls), config);
  }

  /**
   * Connects to an address. The server's certificate has to hold for its host name
   * or IP address, and a trusted CA has to have signed it.
   *
   * @throws {Deno.errors.InvalidData} If the server's certificate is refused, the server
   * takes none of the protocols of `alpn`, or the other side doesn't speak TLS.
   * @throws {Deno.errors.ConnectionRefused} If nobody listens there, and the other
   * errors of Deno.connect.
   * @throws {Deno.errors.TimedOut} If the handshake takes longer than
   * `handshakeTimeout`.
   * @throws {Deno.errors.NotSupported} In Bun.
   * @throws {TypeError} If the address has no known form, or the certificates can't be
   * used.
   * @throws {RangeError} If the port or a limit is out of its range.
   */
  static async connect(
    address: string | TlsAddress,
    options: TlsConnectOptions = {},
  ): Promise<TlsTransport> {
    requireHalfClose();
    const target = parseTlsAddress(address);
    resolveStreamConfig(options);
    const { signal } = options;
    const timeout = resolveHandshakeTimeout(options.handshakeTimeout);
    const alpn = resolveAlpn(options.alpn);
    const { caCerts = [], cert, key } = options;
    for (const ca of caCerts) checkCa("caCerts", ca);
    if (cert !== undefined || key !== undefined) checkPair(cert, key);
    const conn = await connectSocket(
      () => connectTcp(target, signal, "tls"),
      signal,
    );
    return await secure(conn, {
      doing: `Cannot connect to ${formatHostPort("tls", target)}`,
      timeout,
      signal,
      alpn,
      begin({ duplex }, done, failed) {
        const tls = nodeTls().connect({
          ...clientOptions(target, options),
          ALPNProtocols: alpn,
          socket: duplex,
        });
        tls.on("secureConnect", () => {
          const refused = whyRefused(tls);
          if (refused === null) return done(tls);
          tls.destroy();
          failed(refused);
        });
        tls.on("error", failed);
        tls.on("close", failed);
      },
      use: (secured) => new TlsTransport(secured, options, REFUSED),
    });
  }

  /**
   * Listens on an address. Port 0 picks a free one.
   *
   * @throws {Deno.errors.AddrInUse} If the port is taken, and the other errors
   * of Deno.listen.
   * @throws {Deno.errors.NotSupported} In Bun.
   * @throws {Error} If the certificates can't be used.
   * @throws {TypeError} If the address has no known form.
   * @throws {RangeError} If the port or a limit is out of its range.
   */
  static async listenAsync(
    address: string | TlsAddress,
    options?: TlsListenOptions,
  ): Promise<TlsAcceptor<TlsTransport>> {
    requireHalfClose();
    if (options === undefined) {
      throw new TypeError("TLS needs the options cert and key");
    }
    const target = parseTlsAddress(address);
    resolveStreamConfig(options);
    resolveHandshakeTimeout(options.handshakeTimeout);
    resolveAlpn(options.alpn);
    const listener = await bindTcp(target, "tls");
    try {
      return new TlsAcceptor(
        listener,
        options,
        (secured) => new TlsTransport(secured, options, null),
      );
    } catch (error) {
      listener.close();
      throw error;
    }
  }
}

/** What `node:tls` takes of the options of a client. */
function clientOptions(
  { hostname = "127.0.0.1" }: HostPort,
  { caCerts, cert, key }: TlsConnectOptions,
): Readonly<Record<string, unknown>> {
  return {
    // The certificate is checked against it.
    host: hostname,
    // Servers with several certificates go by it; it can't be an IP address.
    ...(isIp(hostname) ? {} : { servername: hostname }),
    ...(caCerts === undefined ? {} : { ca: [...caCerts] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    allowHalfOpen: true,
    // It is looked at as soon as the handshake is over: in Deno the error for a
    // certificate that has expired is that of an unknown CA.
    rejectUnauthorized: false,
  };
}
