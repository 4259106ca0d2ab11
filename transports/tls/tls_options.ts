import type { StreamConfig } from "../../protocol/config.ts";
import { checkLeast } from "../../internal/check_options.ts";
import { NotSupported } from "../../internal/runtime/errors.ts";

/** What both ends of a TLS connection have. */
export interface TlsOptions extends StreamConfig {
  /**
   * The names of protocols that this side takes, the preferred one first. A connection
   * to a side that takes none of them is refused, and so is one to a side that has no
   * `alpn`. Default: none, and nothing is asked of the other side.
   */
  alpn?: readonly string[] | undefined;
  /**
   * How long the handshake may take, in milliseconds; 0: without a limit. Default:
   * 10 000. While a listener has 64 connections that shake hands or wait to be
   * accepted, it ends handshakes of which nothing has come for one to two seconds.
   */
  handshakeTimeout?: number | undefined;
}

/** The options of `TlsTransport.connect`. */
export interface TlsConnectOptions extends TlsOptions {
  /**
   * The CAs, one of which has to have signed the server's certificate, as PEM.
   * Default: those of the runtime.
   */
  caCerts?: readonly string[] | undefined;
  /** This side's certificate, and those between it and its CA, as PEM. */
  cert?: string | undefined;
  /** The private key of `cert`, as PEM. */
  key?: string | undefined;
  /** Ends connecting; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** What a server shows its clients, and asks of them. */
export interface TlsCertificates {
  /** The server's certificate, and those between it and its CA, as PEM. */
  cert: string;
  /** The private key of `cert`, as PEM. */
  key: string;
  /**
   * The CA that has to have signed each client's certificate, as PEM. Without it,
   * clients aren't asked for one.
   */
  clientCa?: string | undefined;
}

/** The options of `TlsTransport.listenAsync`. */
export interface TlsListenOptions extends TlsOptions, TlsCertificates {}

/**
 * Checks the timeout and fills in its default.
 *
 * @throws {RangeError} If it is no number of at least 0.
 */
export function resolveHandshakeTimeout(value = 10_000): number {
  return checkLeast("handshakeTimeout", value, 0);
}

const encoder = new TextEncoder();

/**
 * Checks the names of protocols and fills in their default.
 *
 * @throws {TypeError} If they are no list of texts of 1 to 255 bytes.
 */
export function resolveAlpn(alpn: readonly string[] = []): string[] {
  const isName = (name: unknown): boolean =>
    typeof name === "string" && name !== "" &&
    encoder.encode(name).length <= 255;
  if (Array.isArray(alpn) && alpn.every(isName)) return [...alpn];
  throw new TypeError(
    `alpn must be a list of names of 1 to 255 bytes, got ${
      JSON.stringify(alpn)
    }`,
  );
}

/**
 * Refuses TLS in Bun, where a reply after the other side's end is lost.
 *
 * @throws {Error} NotSupported, in Bun.
 */
export function requireHalfClose(): void {
  if (!("Bun" in globalThis)) return;
  throw new NotSupported(
    "TLS needs Deno or Node: in Bun a reply after the other side's end would be lost",
  );
}
