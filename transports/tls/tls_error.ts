import { InvalidData } from "../../internal/runtime/errors.ts";
import { fromNodeError } from "../../internal/runtime/node.ts";
import { errorText, isInstance } from "../../internal/errors.ts";
import type { NodeCertificate, NodeTlsSocket } from "./node_tls.ts";

const NO_CA =
  "its CA, or one between, is unknown: the option caCerts takes those that are trusted";

/** What the codes of `node:tls` mean, and what to do. */
const HINTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the certificate of the other side has expired",
  CERT_NOT_YET_VALID: "the certificate of the other side isn't valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: NO_CA,
  SELF_SIGNED_CERT_IN_CHAIN: NO_CA,
  UNABLE_TO_GET_ISSUER_CERT: NO_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NO_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NO_CA,
  ERR_SSL_WRONG_VERSION_NUMBER: "the other side doesn't speak TLS",
  ERR_SSL_HTTP_REQUEST: "the other side speaks HTTP, and no TLS",
};

/**
 * What the texts of `node:tls` mean, where its codes don't tell it: those of Deno, and
 * those of OpenSSL.
 */
const NO_PROTOCOL =
  /NoApplicationProtocol|no application protocol|any known protocol/i;

/** Whether a handshake failed since there is no protocol that both sides take. */
export function isAboutAlpn(error: unknown): boolean {
  return NO_PROTOCOL.test(errorText(error));
}

/**
 * Why a connection is refused in which nothing was agreed on by `alpn`: null if it isn't,
 * or this side asks for nothing.
 */
export function whyNoAlpn(
  tls: NodeTlsSocket,
  alpn: readonly string[],
): Error | null {
  if (alpn.length === 0 || tls.alpnProtocol) return null;
  return new Error(`the other side ${takesNone(alpn)}`);
}

function takesNone(alpn: readonly string[]): string {
  return `takes none of the protocols of alpn, ${JSON.stringify(alpn)}`;
}

/** Why the certificate of the other side is refused: null if it isn't. */
export function whyRefused(tls: NodeTlsSocket): Error | null {
  if (tls.authorized) return null;
  const { authorizationError } = tls;
  const error = isInstance(authorizationError, Error)
    ? authorizationError
    : new Error(String(authorizationError));
  const { code = String(authorizationError) } = error as { code?: unknown };
  return Object.assign(new Error(error.message, { cause: error }), {
    code: whyInvalidNow(tls.getPeerCertificate()) ?? code,
  });
}

/**
 * Why a certificate isn't valid today: null if it is. The codes of Deno don't tell it
 * from an unknown CA.
 */
export function whyInvalidNow(
  certificate: NodeCertificate | null,
): "CERT_HAS_EXPIRED" | "CERT_NOT_YET_VALID" | null {
  const { valid_from = "", valid_to = "" } = certificate ?? {};
  const now = Date.now();
  if (Date.parse(valid_to) < now) return "CERT_HAS_EXPIRED";
  return Date.parse(valid_from) > now ? "CERT_NOT_YET_VALID" : null;
}

/**
 * The error of a handshake that failed: what was tried, what went wrong, and what to
 * do. It has the code of `node:tls`.
 */
export function handshakeError(
  doing: string,
  error: unknown,
  alpn: readonly string[],
): Error {
  const { code } = error as { code?: unknown };
  const hint = isAboutAlpn(error)
    ? `the other side ${takesNone(alpn)}`
    : HINTS[String(code)];
  const text = errorText(error);
  const reason = hint === undefined ? text : `${hint} (${text})`;
  const known = fromNodeError(error);
  const type = known !== error && known instanceof Error
    ? known.constructor as typeof InvalidData
    : InvalidData;
  const named = new type(`${doing}: ${reason}`, { cause: error });
  return code === undefined ? named : Object.assign(named, { code });
}
