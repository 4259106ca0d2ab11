import type { Credentials } from "./credentials.ts";
import { CredentialsFinder } from "./credentials_finder.ts";

/**
 * What is known of a connection that this side has made: who is at its other end,
 * found when it is first asked for. Looking through all open descriptors takes
 * longer than connecting, and most programs never ask.
 *
 * - It is certain or null. Before the connection there was no look at what is open,
 *   so connections of this process to the same path count as candidates: if their
 *   servers differ, the answer is null.
 * - The socket has to be open for that: null if it is closed by then.
 */
export function lazyCredentials(
  conn: Deno.UnixConn,
): { readonly credentials: Credentials | null } {
  const isOpen = watchOpen(conn);
  let found: Credentials | null = null;
  return {
    get credentials(): Credentials | null {
      return found ??= isOpen() ? CredentialsFinder.find(conn) : null;
    },
  };
}

/** Tells whether a connection is open: Deno doesn't show it, so its methods note it. */
function watchOpen(conn: Deno.UnixConn): () => boolean {
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
