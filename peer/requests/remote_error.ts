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

interface Functions<B extends Body> {
  // As a method, so that a handle of any body passes for one of all bodies.
  resolve(response: Message<B>): void;
}

/**
 * Waits for the response of a `call`, in one promise. An async function around
 * the one of `recvResponse()` would make two more for each call.
 */
export class PendingCall<B extends Body> {
  readonly #request: AnsweredRequest;
  readonly #resolve: Functions<B>["resolve"];
  /** Fails the call. */
  readonly reject: (reason: unknown) => void;

  /** Made of the functions that settle the promise. */
  constructor(
    request: AnsweredRequest,
    resolve: Functions<B>["resolve"],
    reject: (reason: unknown) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.reject = reject;
  }

  /** Gives it the response, or the error that it stands for. */
  resolve(response: Message<B>): void {
    if (!response.isError) return this.#resolve(response);
    try {
      this.reject(remoteError(response, this.#request));
    } catch (error) {
      // If the text can't be decoded, say for its length, only the call fails.
      this.reject(error);
    }
  }
}
