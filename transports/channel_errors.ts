import { RpcError } from "../protocol/error.ts";

/** The error for what is under way when this side closes the transport. */
export function closedHere(): RpcError {
  return new RpcError(
    "connection-aborted",
    "The transport was closed",
    { fatal: true },
  );
}

/** The fatal error for a body that has changed when a part of it was written. */
export function changedBody(): RpcError {
  return new RpcError(
    "connection-aborted",
    "A body was disposed, transferred or shrunk before its send had resolved, and the rest of its message is missing",
    { fatal: true },
  );
}
