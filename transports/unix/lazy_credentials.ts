import type { UnixConn } from "../sockets/conn.ts";
import type { Credentials } from "./credentials.ts";
import { CredentialsFinder } from "./credentials_finder.ts";

/**
 * The info of a connection that this side has made: the process at its other end,
 * which is found when it is first asked for. Looking through all open descriptors
 * takes longer than connecting, and most programs never ask.
 *
 * - The answer is certain, or null. Open sockets weren't recorded before
 *   connecting, so all connections of this process to the same path are candidates.
 *   If their servers differ, the answer is null.
 * - Finding it takes an open socket: null if it is closed by then.
 */
export function lazyCredentials(
  conn: UnixConn,
): { readonly credentials: Credentials | null } {
  const isOpen = watchOpen(conn);
  let found: Credentials | null = null;
  return {
    get credentials(): Credentials | null {
      return found ??= isOpen() ? CredentialsFinder.find(conn) : null;
    },
  };
}

/**
 * Tells whether a connection is open. Deno doesn't show that, so its methods are
 * wrapped to record it.
 */
function watchOpen(conn: UnixConn): () => boolean {
  let open = true;
  for (const name of ["close", Symbol.dispose] as const) {
    const method = conn[name];
    const value = (): void => {
      open = false;
      method.call(conn);
    };
    Object.defineProperty(conn, name, { value, configurable: true });
  }
  return () => open;
}
