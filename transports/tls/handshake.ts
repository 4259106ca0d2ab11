import { onAbort } from "../../internal/abort.ts";
import { systemClock } from "../../internal/clock.ts";
import { ConnectionReset, TimedOut } from "../../internal/runtime/errors.ts";
import type { TcpConn } from "../sockets/conn.ts";
import { GatedDuplex } from "./gated_duplex.ts";
import type { NodeDuplex, NodeTlsSocket } from "./node_tls.ts";
import { handshakeError } from "./tls_error.ts";

/** A connection whose handshake has ended well. */
export interface Secured {
  readonly conn: TcpConn;
  readonly gate: GatedDuplex;
  readonly tls: NodeTlsSocket;
}

/** How a handshake is made. */
export interface Handshake {
  /** What is tried, for errors. */
  readonly doing: string;
  /** In milliseconds; 0 is no limit. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Begins it, and calls back when it has ended, one way or the other. */
  begin(
    duplex: NodeDuplex,
    done: (tls: NodeTlsSocket) => void,
    failed: (error: unknown) => void,
  ): void;
}

/**
 * Makes the handshake over a connection, which it closes where that fails.
 *
 * @throws {Error} Why it failed, and what to do.
 * @throws The reason of the signal, when it fires.
 */
export async function secure(
  conn: TcpConn,
  { doing, timeout, signal, begin }: Handshake,
): Promise<Secured> {
  const gate = new GatedDuplex(conn);
  const { promise, resolve, reject } = Promise.withResolvers<NodeTlsSocket>();
  const failed = (error: unknown): void => {
    reject(
      gate.ended
        ? new ConnectionReset(
          `${doing}: the other side ended the connection within the handshake. It may not speak TLS`,
          { cause: error },
        )
        : handshakeError(doing, error),
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
    begin(gate.duplex, (tls) => {
      gate.attach(tls);
      resolve(tls);
    }, failed);
    gate.start();
    return { conn, gate, tls: await promise };
  } catch (error) {
    gate.close();
    gate.duplex.destroy();
    throw error;
  } finally {
    stop();
    if (forget) forget();
  }
}
