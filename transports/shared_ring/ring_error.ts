import { RpcError } from "../../protocol/error.ts";

/** The fatal error for a side that breaks the rules of the rings. */
export function ringViolation(text: string, actual?: number): RpcError {
  return new RpcError("invalid-shared-memory", text, {
    fatal: true,
    side: "remote",
    actual,
  });
}

/** What a write gives where the other side has closed, as a socket's does. */
export function brokenPipe(): Error {
  return new Deno.errors.BrokenPipe("The other side has closed the connection");
}
