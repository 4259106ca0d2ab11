import { RpcError } from "../protocol/error.ts";

/**
 * The fatal error for a failed read or write.
 *
 * @param reason What explains it, if anything does.
 */
export function toRpcError(
  error: unknown,
  reason: string | null = null,
): RpcError {
  if (error instanceof RpcError) return error;
  const text = error instanceof Error ? `: ${error.message}` : "";
  return new RpcError(
    "connection-aborted",
    reason ?? `The connection broke${text}`,
    { fatal: true, side: "remote", cause: error },
  );
}
