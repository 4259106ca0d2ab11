import { isInstance } from "../../internal/errors.ts";
import type { Body } from "../../protocol/body.ts";
import { reasonText } from "../../protocol/error.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import type { InvalidMessageReporter } from "../messages/invalid_message_reporter.ts";
import { declaredTypeOf } from "./declared_errors.ts";
import { DeclaredError } from "./declared_error.ts";
import { declaredErrorText } from "./declared_error_text.ts";

/**
 * Answers a request with the declared error that a handler has thrown. Anything else
 * is thrown again: the peer reports and answers it. So is a declared error that was
 * received: it is of another server.
 */
export async function answerThrown(
  error: unknown,
  { errors }: ServiceCodec,
  request: ReceivedRequestHandle<Body>,
  reporter: InvalidMessageReporter,
): Promise<void> {
  if (!isInstance(error, DeclaredError) || error.side === "remote") throw error;
  const declared = declaredTypeOf(error, errors);
  if (request.closed) {
    if (declared === null) reporter.report(error, request.errorContext);
    return;
  }
  let sent: Promise<void>;
  try {
    if (declared === null) throw error;
    sent = request.sendDeclaredError(declaredErrorText(error, declared));
  } catch (unsendable) {
    // Of an error that the other side can't know it gets the message only.
    reporter.report(unsendable, request.errorContext);
    sent = request.sendErrorResponse(reasonText("failed", error.message));
  }
  await sent;
}
