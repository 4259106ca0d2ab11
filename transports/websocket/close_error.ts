import { RpcError } from "../../protocol/error.ts";
import type { CloseFacts } from "./web_socket.ts";

/** What the error of a WebSocket says that makes clear what the closing code doesn't. */
const TOO_LONG = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";

/** Codes of a WebSocket that was closed on purpose: done, going away, no code. */
const ON_PURPOSE: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** Whether a WebSocket was closed on purpose. */
export function closedOnPurpose({ code }: CloseFacts): boolean {
  return ON_PURPOSE.has(code);
}

/**
 * The error for a WebSocket that has ended although the stream hadn't.
 *
 * @param cause The error that it reported before, if there was one.
 */
export function closeError(
  { code, reason }: CloseFacts,
  cause?: unknown,
): RpcError {
  const text = reason === "" ? "" : `, ${JSON.stringify(reason)}`;
  const said = (cause as { message?: unknown } | undefined)?.message;
  const why = typeof said === "string" && said !== "" ? `: ${said}` : "";
  return new RpcError(
    "connection-aborted",
    tooLong(cause)
      ? "The other side sent a longer message than a WebSocket may here: a body is over maxBodyLenRead, or it isn't a peer of this library"
      : `The WebSocket was closed, with code ${code}${text}, before the other side had ended${why}`,
    { fatal: true, side: "remote", ...(cause === undefined ? {} : { cause }) },
  );
}

function tooLong(cause: unknown): boolean {
  return (cause as { code?: unknown } | undefined)?.code === TOO_LONG;
}

/** The error for a text message. */
export function textMessage(): RpcError {
  return new RpcError(
    "connection-aborted",
    "The other side sent a text message; the protocol has binary ones only",
    { fatal: true, side: "remote" },
  );
}
