import type { Body } from "../../protocol/body.ts";
import { MAX_PAYLOAD_LEN } from "../../protocol/header.ts";
import { type TransportName, transportOf } from "../../endpoints/address.ts";
import type { Acceptor, SocketAddr } from "../../transports/acceptor.ts";
import { SharedRingTransport } from "../../transports/shared_ring/shared_ring_transport.ts";
import { TcpTransport } from "../../transports/tcp/tcp_transport.ts";
import type { Transport } from "../../transports/transport.ts";
import { UnixSeqpacketTransport } from "../../transports/unix_seqpacket/unix_seqpacket_transport.ts";
import { UnixStreamTransport } from "../../transports/unix_stream/unix_stream_transport.ts";
import { usageError } from "../exit_code.ts";

/** What is given to the transports on both sides. */
export interface TransportOptions {
  /** The longest body that is passed on where messages are, in bytes. */
  readonly maxBody?: number | undefined;
  /** The byte order. */
  readonly endian?: "little" | "big" | "native" | undefined;
  /** The token of a WebSocket. */
  readonly token?: string | undefined;
  /** The certificates that are trusted besides those of the system. */
  readonly caCerts?: string[] | undefined;
  /** The certificate of this side. */
  readonly cert?: string | undefined;
  /** Its key. */
  readonly key?: string | undefined;
}

/** What fits the send buffer that Linux gives to a socket of anybody. */
const SEQPACKET_BODY = 400 * 1024;
const RING_BODY = 64 * 1024 * 1024;
/** `ws` makes a signed integer of 32 bits of its limit. */
const WEB_SOCKET_BODY = 1024 * 1024 * 1024;
const MAX_BODY: Partial<Record<TransportName, number>> = {
  "unix-seqpacket": SEQPACKET_BODY,
  "unix-shm": RING_BODY,
  "websocket": WEB_SOCKET_BODY,
};
/** The most that the kernel carries with a message. */
const MAX_FDS = 253;

/**
 * Connects, without a peer that would answer.
 *
 * @throws {TypeError} If the address has no known form.
 */
export async function connectTransport(
  address: string,
  options: TransportOptions,
  signal: AbortSignal,
): Promise<Transport<Body>> {
  const name = transportOf(address);
  const { token, caCerts, cert, key } = options;
  const given = {
    ...limitsOf(name, options),
    ...{ signal, token, caCerts, cert, key },
  };
  switch (name) {
    case "tcp":
      return await TcpTransport.connect(address, given);
    case "unix":
      return await UnixStreamTransport.connect(address, given);
    case "unix-seqpacket":
      return untyped(await UnixSeqpacketTransport.connect(address, given));
    case "unix-shm":
      return untyped(await SharedRingTransport.connect(address, given));
    case "tls": {
      const { TlsTransport } = await import(
        "../../transports/tls/tls_transport.ts"
      );
      return await TlsTransport.connect(address, given);
    }
    case "nats": {
      const { NatsTransport } = await import(
        "../../transports/nats/nats_transport.ts"
      );
      return await NatsTransport.connect(address, given);
    }
    case "websocket": {
      const { connectWebSocket } = await import(
        "../../transports/websocket/connect.ts"
      );
      const { openWithWs } = await import(
        "../../transports/websocket/open_with_ws.ts"
      );
      return await connectWebSocket(address, given, openWithWs);
    }
  }
}

/**
 * Listens, without peers.
 *
 * @throws {CliError} If the address is one of TLS, and the certificate is missing.
 */
export async function listenTransport(
  address: string,
  options: TransportOptions,
): Promise<Acceptor<Transport<Body>>> {
  const name = transportOf(address);
  const limits = limitsOf(name, options);
  const { cert, key } = options;
  switch (name) {
    case "tcp":
      return await TcpTransport.listenAsync(address, limits);
    case "unix":
      return await UnixStreamTransport.listenAsync(address, limits);
    case "unix-seqpacket":
      return untyped(await UnixSeqpacketTransport.listenAsync(address, limits));
    case "unix-shm":
      return untyped(await SharedRingTransport.listenAsync(address, limits));
    case "nats": {
      const { NatsTransport } = await import(
        "../../transports/nats/nats_transport.ts"
      );
      return await NatsTransport.listenAsync(address, limits);
    }
    case "websocket": {
      const { bindAcceptor } = await import(
        "../../endpoints/websocket/bind.ts"
      );
      return await bindAcceptor(address, { ...limits, cert, key });
    }
    case "tls": {
      const { TlsTransport } = await import(
        "../../transports/tls/tls_transport.ts"
      );
      if (cert === undefined || key === undefined) {
        throw usageError(`To listen on ${address} takes --cert and --key`);
      }
      return await TlsTransport.listenAsync(address, { ...limits, cert, key });
    }
  }
}

/** Where it listens, as an address that can be connected to. */
export function addressText(given: string, addr: SocketAddr): string {
  const { hostname, port } = addr as { hostname?: string; port?: number };
  if (port === undefined || hostname === undefined) return given;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const scheme = /^(tls|ws|wss):/.exec(given)?.[1] ?? "tcp";
  const path = scheme.startsWith("ws") ? new URL(given).pathname : "";
  return `${scheme}://${host}:${port}${path}`;
}

function limitsOf(
  name: TransportName,
  { maxBody, endian }: TransportOptions,
) {
  const max = maxBody ?? MAX_BODY[name] ?? MAX_PAYLOAD_LEN;
  return {
    ...{ maxBodyLenRead: max, maxBodyLenWrite: max, endian },
    ...{ maxFdsRead: MAX_FDS, maxFdsWrite: MAX_FDS },
  };
}

/** Bodies are passed on as they are: whether the other transport can carry one, it says itself. */
function untyped<T>(transport: unknown): T {
  return transport as T;
}
