import { onAbort } from "../../internal/abort.ts";
import { systemClock } from "../../internal/clock.ts";
import { ConnectionReset, TimedOut } from "../../internal/runtime/errors.ts";
import type { TcpConn } from "../sockets/conn.ts";
import { type Alert, GatedDuplex } from "./gated_duplex.ts";
import type { NodeTlsSocket } from "./node_tls.ts";
import { handshakeError, isAboutAlpn, whyNoAlpn } from "./tls_error.ts";

/** A connection whose handshake has ended well. */
export interface Secured {
  readonly conn: TcpConn;
  readonly gate: GatedDuplex;
  readonly tls: NodeTlsSocket;
}

/** How a handshake is made, and what its connection becomes. */
export interface Handshake<T> {
  /** What is tried, for errors. */
  readonly doing: string;
  /** In milliseconds; 0 is no limit. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** The protocols, one of which has to be agreed on; none asks for nothing. */
  readonly alpn: readonly string[];
  /** Begins it, and calls back when it has ended, one way or the other. */
  begin(
    gate: GatedDuplex,
    done: (tls: NodeTlsSocket) => void,
    failed: (error: unknown) => void,
  ): void;
  /**
   * Takes the connection. Called at once, as the socket tells its end only once, and
   * that may come right behind the handshake. What it throws refuses the connection.
   */
  use(secured: Secured): T;
}

/**
 * Makes the handshake over a connection, which it closes where that fails.
 *
 * @throws {Error} Why it failed, and what to do.
 * @throws The reason of the signal, when it fires.
 */
export async function secure<T>(
  conn: TcpConn,
  { doing, timeout, signal, alpn, begin, use }: Handshake<T>,
): Promise<T> {
  const gate = new GatedDuplex(conn);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let alert: Alert = "handshake_failure";
  const failed = (error: unknown): void => {
    if (isAboutAlpn(error)) alert = "no_application_protocol";
    reject(
      gate.ended
        ? new ConnectionReset(
          `${doing}: the other side ended the connection within the handshake. It may not speak TLS`,
          { cause: error },
        )
        : handshakeError(doing, error, alpn),
    );
  };
  const stop = systemClock.start(
    () =>
      reject(
        new TimedOut(
          `${doing}: the TLS handshake took longer than ${timeout} ms (handshakeTimeout). The other side may not speak TLS`,
        ),
      ),
    timeout === 0 ? Infinity : timeout,
  );
  const forget = signal && !signal.aborted &&
    onAbort(signal, () => reject(signal.reason));
  try {
    signal?.throwIfAborted();
    conn.setNoDelay(true);
    conn.setKeepAlive(true);
    begin(gate, (tls) => {
      // It has taken too long, and nobody waits for it.
      if (gate.closed) return;
      gate.attach(tls);
      const refused = whyNoAlpn(tls, alpn);
      if (refused !== null) {
        tls.destroy();
        return failed(refused);
      }
      try {
        resolve(use({ conn, gate, tls }));
      } catch (error) {
        reject(error);
      }
    }, failed);
    // In Deno, the TLS socket itself doesn't tell that it can't go on.
    gate.start(failed);
    return await promise;
  } catch (error) {
    if (!gate.ended && !signal?.aborted) {
      try {
        await gate.sendAlert(alert);
      } catch {
        // The other side has gone, and why the handshake failed is known.
      }
    }
    gate.close();
    gate.duplex.destroy();
    throw error;
  } finally {
    stop();
    if (forget) forget();
  }
}
