import { RpcError } from "../protocol/error.ts";

/** The error of a message whose body has changed before anything of it was sent: it is left out. */
export function givenAway(): RpcError {
  return new RpcError(
    "encode-failed",
    "The body was disposed, transferred or shrunk before its send had resolved",
  );
}
