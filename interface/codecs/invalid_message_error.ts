import { errorText, isInstance } from "../../internal/errors.ts";
import type { Body } from "../../protocol/body.ts";
import { RpcError, type RpcErrorOptions } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { MessageType } from "../../protocol/header.ts";
import { ValidationError } from "./validation_error.ts";
import type { StandardSchemaIssue } from "../declare/standard_schema.ts";

/**
 * A message that an interface doesn't know (`unexpected-service-id`), or whose
 * body doesn't decode or validate (`decode-failed`). The connection stays usable.
 */
export class InvalidMessageError extends RpcError {
  /** Always `"InvalidMessageError"`. */
  override readonly name: string = "InvalidMessageError";
  /**
   * What arrived: header and body as they are. Its descriptors, if there are any,
   * are closed once it has been reported, unless `onInvalid` returned true.
   */
  readonly received: Message<Body>;
  /** What the schema found; empty if the body didn't decode, so that no schema saw it. */
  readonly issues: readonly StandardSchemaIssue[];

  /** @internal Made by clients and servers. */
  constructor(
    code: "unexpected-service-id" | "decode-failed",
    message: string,
    received: Message<Body>,
    cause?: unknown,
    details: Pick<RpcErrorOptions, "outcome" | "responseText" | "service"> = {},
  ) {
    const { type, requestId, serviceId } = received.header;
    super(code, message, {
      side: "remote",
      requestId,
      serviceId,
      messageType: type,
      // Whoever has sent a response has run the request, or may have.
      outcome: type === MessageType.Response ? "unknown" : undefined,
      ...details,
      ...(cause === undefined ? {} : { cause }),
    });
    this.received = received;
    this.issues = isInstance(cause, ValidationError) ? cause.issues : [];
  }
}

/** The error for a body that doesn't decode; `what` is whose body it is. */
export function undecodable(
  what: string,
  received: Message<Body>,
  cause: unknown,
): InvalidMessageError {
  return new InvalidMessageError(
    "decode-failed",
    `The body of ${what} is invalid: ${errorText(cause)}`,
    received,
    cause,
  );
}

/** The error for a message that isn't in the interface. */
export function unknownMessage(
  what: string,
  received: Message<Body>,
): InvalidMessageError {
  const { serviceId } = received.header;
  return new InvalidMessageError(
    "unexpected-service-id",
    `There is no ${what} with the id ${serviceId}`,
    received,
  );
}

/** The error for a value that can't be sent. */
export function unencodable(what: string, cause: unknown): RpcError {
  return new RpcError(
    "encode-failed",
    `The body of ${what} can't be sent: ${errorText(cause)}`,
    { cause },
  );
}

/** The error for a value of an interceptor that can't be the body it stands for. */
export function invalidReplacement(what: string, cause: unknown): RpcError {
  return new RpcError(
    "decode-failed",
    `What an interceptor gave as the body of ${what} is invalid: ${
      errorText(cause)
    }`,
    { side: "local", cause },
  );
}
