import type { Body } from "../../protocol/body.ts";
import {
  isDeclaredErrorName,
  isErrorReason,
  RpcError,
  saysNotBegun,
  splitErrorText,
} from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";

/** What is known of the request that an error response answers. */
export interface AnsweredRequest {
  /** The service that was asked for. */
  readonly serviceId: number;
  /** Whether the other side is known to be a peer of this library. */
  readonly extensions: boolean;
}

/** The error that an error response stands for; closes the descriptors that came with it. */
export function remoteError(
  { header, body }: Message<Body>,
  request: AnsweredRequest,
): RpcError {
  return textError(takeText(body), header.requestId, request);
}

/** The error that the text of an error response stands for. */
export function textError(
  text: string,
  requestId: number,
  { serviceId, extensions }: AnsweredRequest,
): RpcError {
  const { reason, message } = readErrorText(text, extensions);
  const refused = extensions && reason !== null && saysNotBegun(reason);
  return new RpcError(
    reason === "deadline-exceeded" ? "deadline-exceeded" : "remote-error",
    message,
    {
      side: "remote",
      requestId,
      serviceId,
      reason,
      // From a peer that isn't known, the reason may be any text.
      outcome: refused ? "refused" : "unknown",
      responseText: text,
    },
  );
}

/** The text of a body, which is over then. */
function takeText(body: Body): string {
  // Not `using`: compiled for Node 22 and browsers, it takes half a kilobyte.
  try {
    return body.text();
  } finally {
    body[Symbol.dispose]();
  }
}

/** The reason in an error text, and the text without it. */
function readErrorText(
  text: string,
  extensions: boolean,
): { readonly reason: string | null; readonly message: string } {
  const { word, message } = splitErrorText(text);
  if (word !== null && isErrorReason(word)) return { reason: word, message };
  // A peer of ours puts a reason in front of all that looks as if it had one.
  if (!extensions) return { reason: null, message: text };
  if (word !== null && isDeclaredErrorName(word)) {
    return { reason: word, message };
  }
  return { reason: "failed", message: text };
}
