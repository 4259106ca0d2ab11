/** Which failed accepts are for want of descriptors or memory. */
import { assertEquals } from "@std/assert";
import { isExhaustion } from "../../listener/accept_retry.ts";

/** An error as Deno or the seqpacket sockets give it on Linux. */
function failed(
  code: string | undefined,
  message: string,
  Class: new (message: string) => Error = Error,
): Error {
  return Object.assign(new Class(message), code && { code });
}

const { NotConnected, ConnectionAborted, PermissionDenied, BadResource } =
  Deno.errors;

for (
  const error of [
    failed("EMFILE", "Too many open files (os error 24)"),
    // Deno gives this one no code.
    failed(undefined, "Too many open files in system (os error 23)"),
    failed("ENOMEM", "Cannot allocate memory (os error 12)"),
    failed("ENOBUFS", "No buffer space available"),
    failed(
      undefined,
      "Cannot accept a connection: Too many open files (os error 24)",
    ),
    failed(
      undefined,
      "Cannot accept a connection: Cannot allocate memory (os error 12)",
    ),
  ]
) {
  Deno.test(`exhausted: ${error.message}`, () =>
    assertEquals(isExhaustion(error), true));
}

for (
  const error of [
    failed(
      "ENOTCONN",
      "Transport endpoint is not connected (os error 107)",
      NotConnected,
    ),
    failed(
      "ECONNABORTED",
      "Software caused connection abort (os error 103)",
      ConnectionAborted,
    ),
    failed("EPERM", "Operation not permitted (os error 1)", PermissionDenied),
    failed("EINVAL", "Invalid argument (os error 22)", TypeError),
    failed(undefined, "Protocol error (os error 71)"),
    failed(undefined, "Listener has been closed", BadResource),
    failed(undefined, "A certificate has expired"),
    "no error at all",
  ]
) {
  const text = error instanceof Error ? error.message : error;
  Deno.test(`not exhausted: ${text}`, () =>
    assertEquals(isExhaustion(error), false));
}
