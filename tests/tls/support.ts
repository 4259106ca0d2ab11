import type { TlsInfo } from "../../endpoints/tls.ts";
import type { Clock } from "../../internal/clock.ts";
import type { ListenerOptions } from "../../mod.ts";
import { FramedTransport } from "../../transports/framed/framed_transport.ts";
import type { TcpListener } from "../../transports/sockets/conn.ts";
import { TlsAcceptor } from "../../transports/tls/tls_acceptor.ts";
import { TlsIo } from "../../transports/tls/tls_io.ts";
import { Ca, type Signed, whyNoCertificates } from "./certificates.ts";
import { PERMISSIONS, testUnless } from "../support/permissions.ts";
import { SharedByTests } from "../support/suite/shared_by_tests.ts";

const { granted, flag } = PERMISSIONS.all;
const needs = granted ? whyNoCertificates() : flag;

/** What the tests of TLS have. */
export interface TlsScene {
  readonly ca: Ca;
  readonly server: Signed;
  readonly client: Signed;
  /** What `onError` of a server has got. */
  readonly errors: Error[];
  /** Options of a server that asks for certificates. */
  readonly mutual: Signed & { clientCa: string } & ListenerOptions<TlsInfo>;
  /** Resolves when `onError` gets one. */
  readonly failed: Promise<Error>;
}

const certificates = new SharedByTests(async (ending) => {
  const ca = ending.use(await Ca.make());
  const server = await ca.sign("server");
  return { ca, server, client: await ca.sign("client") };
});

/**
 * Registers a test with a CA and two certificates, where openssl is there, and what the
 * test itself needs.
 */
export function tlsTest(
  name: string,
  fn: (scene: TlsScene) => Promise<void>,
  missing: string | null = null,
): void {
  const lacks = needs ?? missing;
  if (lacks === null) certificates.register();
  testUnless(lacks, `TLS: ${name}`, async () => {
    const { ca, server, client } = certificates.value!;
    const errors: Error[] = [];
    const { promise: failed, resolve } = Promise.withResolvers<Error>();
    const onError = (error: unknown): void => {
      errors.push(error as Error);
      resolve(error as Error);
    };
    const mutual = { ...server, clientCa: ca.cert, onError };
    await fn({ ca, server, client, errors, mutual, failed });
  });
}

/** So many clients make their handshakes at once, or wait to be taken. */
export const PLACES = 64;

/** As `TlsTransport`, which makes its acceptor itself. */
export class SecureTransport extends FramedTransport<null> {}

/** An acceptor with a clock of the test's, of which no handshake ends by itself. */
export function secureAcceptor(
  listener: TcpListener,
  server: Signed,
  clock: Clock,
): TlsAcceptor<SecureTransport> {
  return new TlsAcceptor(
    listener,
    { ...server, handshakeTimeout: 0 },
    ({ conn, gate, tls }) =>
      new SecureTransport(new TlsIo(conn, gate, tls, null), null),
    clock,
  );
}
