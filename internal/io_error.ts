import { RpcError } from "../protocol/error.ts";

/** The fatal error for a failed read or write. */
export function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  const text = error instanceof Error ? `: ${error.message}` : "";
  return new RpcError(
    "connection-aborted",
    `The connection broke${text}`,
    { fatal: true, side: "remote", cause: error },
  );
}
