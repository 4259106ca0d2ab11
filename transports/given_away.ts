import { RpcError } from "../protocol/error.ts";

/**
 * The error for a message whose body was transferred or shrunk before any of it was
 * sent. The message is skipped.
 */
export function givenAway(): RpcError {
  return new RpcError(
    "encode-failed",
    "The body was disposed, transferred or shrunk before its send had resolved",
  );
}
