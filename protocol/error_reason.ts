/**
 * Why the other side answered with an error, in words that a program can act on.
 * A declared error of a typed interface has its own name instead.
 *
 * | reason | meaning | did the handler begin? |
 * |---|---|---|
 * | `unavailable` | closing, draining, not taken yet at shutdown, or nobody takes requests there | no |
 * | `unknown-service` | no handler for this service id | no |
 * | `invalid-request` | the body doesn't decode or validate | no |
 * | `limit-exceeded` | too many open requests; a body too large to be read, or with too many descriptors | no |
 * | `canceled` | the request was cancelled | perhaps |
 * | `deadline-exceeded` | its time was up | perhaps |
 * | `failed` | the handler threw, or dropped the request, or its response was refused | yes |
 */
export type ErrorReason =
  | "unavailable"
  | "unknown-service"
  | "invalid-request"
  | "limit-exceeded"
  | "canceled"
  | "deadline-exceeded"
  | "failed";

/** Whether the handler may have begun. */
const MAY_HAVE_BEGUN: { readonly [R in ErrorReason]: boolean } = {
  "unavailable": false,
  "unknown-service": false,
  "invalid-request": false,
  "limit-exceeded": false,
  "canceled": true,
  "deadline-exceeded": true,
  "failed": true,
};

/** A text that a reader would take for one with a reason. */
const LOOKS_LIKE_REASON = /^[a-z][A-Za-z0-9-]*:/;

/** An error text with a reason. */
const WITH_REASON = /^([a-z][A-Za-z0-9-]*): (.*)$/s;

/** What the name of a declared error looks like. */
const DECLARED_NAME = /^[a-z][A-Za-z0-9]*$/;

/** Whether a word is one of the reasons. */
export function isErrorReason(word: string): word is ErrorReason {
  return Object.hasOwn(MAY_HAVE_BEGUN, word);
}

/** Whether a reason says that the request was never handed to the application. */
export function saysNotBegun(reason: string): boolean {
  return isErrorReason(reason) && !MAY_HAVE_BEGUN[reason];
}

/** Whether a word, such as one of an error text, may be the name of a declared error. */
export function isDeclaredErrorName(word: string): boolean {
  return DECLARED_NAME.test(word) && !isErrorReason(word);
}

/** The text of an error response with a reason. */
export function reasonText(reason: string, message: string): string {
  return `${reason}: ${message.replace(/\r?\n/g, " ")}`;
}

/**
 * The text of an error response for what a handler has thrown. It never reads as
 * one with a reason other than `failed`, whatever was thrown.
 */
export function thrownText(message: string): string {
  if (!LOOKS_LIKE_REASON.test(message)) return message;
  return reasonText("failed", message);
}

/** What a closing side answers what is still open with. */
export const CLOSED_MESSAGE = "The connection was closed";

/**
 * Whether an error text is that for a request whose handler was at work when its side
 * closed the connection. No handler can throw what reads so.
 */
export function saysClosedAtWork(text: string | undefined): boolean {
  return text === reasonText("failed", CLOSED_MESSAGE);
}

/** The word in front of an error text that may be its reason, and the text behind it. */
export function splitErrorText(
  text: string,
): { readonly word: string | null; readonly message: string } {
  const parts = WITH_REASON.exec(text);
  if (parts === null) return { word: null, message: text };
  return { word: parts[1]!, message: parts[2]! };
}
