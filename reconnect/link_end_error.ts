import { RpcError } from "../protocol/error.ts";

/**
 * What calls of a link that has ended fail with.
 *
 * @param isDraining Whether it lets open calls finish.
 * @param cause What it has given up with; null if it was closed.
 */
export function linkEndError(isDraining: boolean, cause: unknown): RpcError {
  const why = cause !== null
    ? "The link has given up, as its cause says"
    : isDraining
    ? "The link drains: it takes no new calls"
    : "The link is closed";
  return new RpcError("connection-closed", why, {
    fatal: true,
    outcome: "not-sent",
    ...(cause !== null && { cause }),
  });
}
