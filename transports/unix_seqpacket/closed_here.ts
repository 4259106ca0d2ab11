import { RpcError } from "../../protocol/error.ts";

/** The error for what is under way when this side closes the transport. */
export function closedHere(): RpcError {
  return new RpcError(
    "connection-aborted",
    "The transport was closed",
    { fatal: true },
  );
}
