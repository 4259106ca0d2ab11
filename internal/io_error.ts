import { RpcError } from "../protocol/error.ts";
import { errorText } from "./error_text.ts";
import { isInstance } from "./is_instance.ts";

/**
 * The fatal error for a failed read or write.
 *
 * @param reason The known reason of the failure, if there is one.
 */
export function toRpcError(
  error: unknown,
  reason: string | null = null,
): RpcError {
  if (isInstance(error, RpcError)) return error;
  const text = error === undefined ? "" : `: ${errorText(error)}`;
  return new RpcError(
    "connection-aborted",
    reason ?? `The connection broke${text}`,
    { fatal: true, side: "remote", cause: error },
  );
}
