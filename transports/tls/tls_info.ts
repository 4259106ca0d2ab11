import type { NetAddr, TcpConn } from "../sockets/conn.ts";
import type { NodeCertificate, NodeTlsSocket } from "./node_tls.ts";

/** What a certificate says. */
export interface TlsCertificate {
  /** Whom it is for, such as `{ CN: "cell-7" }`; several values are joined by ", ". */
  readonly subject: Readonly<Record<string, string>>;
  /** The names and addresses that it holds for, such as `"DNS:cell-7"`. */
  readonly subjectAltNames: readonly string[];
  /** The SHA-256 of the certificate, as hexadecimal digits with colons. */
  readonly fingerprint256: string;
}

/** What is known of a TLS connection. */
export interface TlsInfo {
  /** This side's address. */
  readonly localAddr: NetAddr;
  /** The other side's address. */
  readonly remoteAddr: NetAddr;
  /** The version of TLS, such as `"TLSv1.3"`. */
  readonly protocol: string | null;
  /** What both sides have agreed on by the option `alpn`; null if nothing. */
  readonly alpn: string | null;
  /**
   * The other side's certificate, which a CA of this side has signed. Null for a
   * client that wasn't asked for one.
   */
  readonly certificate: TlsCertificate | null;
}

/** What is known of a connection whose handshake has just ended, as plain data. */
export function tlsInfo(conn: TcpConn, tls: NodeTlsSocket): TlsInfo {
  return {
    // Copies, as Deno's objects have no prototype.
    localAddr: { ...conn.localAddr },
    remoteAddr: { ...conn.remoteAddr },
    protocol: tls.getProtocol(),
    alpn: tls.alpnProtocol || null,
    certificate: readCertificate(tls.getPeerCertificate()),
  };
}

/** What a certificate says; null if there is none. */
export function readCertificate(
  certificate: NodeCertificate | null,
): TlsCertificate | null {
  if (certificate?.fingerprint256 === undefined) return null;
  const { subject = {}, subjectaltname = "", fingerprint256 } = certificate;
  return {
    subject: Object.fromEntries(
      Object.entries(subject)
        .map(([name, value]) => [name, [value].flat().join(", ")]),
    ),
    subjectAltNames: subjectaltname === "" ? [] : subjectaltname.split(", "),
    fingerprint256,
  };
}
