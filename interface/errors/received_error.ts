import { errorText, isInstance } from "../../internal/errors.ts";
import { StreamBody } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import { MessageHeader, MessageType } from "../../protocol/header.ts";
import { Message } from "../../protocol/message.ts";
import { serviceId } from "../../protocol/service_id.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import { namedError } from "../client/named_error.ts";
import { InvalidMessageError } from "../codecs/invalid_message_error.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import {
  readDeclaredError,
  readErrorBody,
  type ReceivedErrorText,
} from "./declared_error_text.ts";
import { DeclaredError } from "./declared_error.ts";

/**
 * What a typed call rejects with for an error of the peer: that of the declaration if
 * it is one, else the same with the name of what was called.
 */
export async function receivedError(
  error: unknown,
  { fullName, errors }: ServiceCodec,
  options: SignalOptions | undefined,
): Promise<unknown> {
  const isRemote = isInstance(error, RpcError) && error.code === "remote-error";
  const text = isRemote ? error.responseText : undefined;
  if (text === undefined) return namedError(error, fullName, options);
  const received = readDeclaredError(text, errors);
  if (received === null) return namedError(error, fullName, options);
  return await declaredError(error as RpcError, received, fullName);
}

async function declaredError(
  error: RpcError,
  received: ReceivedErrorText,
  service: string,
): Promise<RpcError> {
  const { declared, message } = received;
  const { responseText } = error;
  let data: unknown;
  try {
    data = await readErrorBody(received);
  } catch (cause) {
    return new InvalidMessageError(
      "decode-failed",
      `${service}: The body of the error ${declared.fullName} is invalid: ${
        errorText(cause)
      }`,
      errorResponse(error),
      cause,
      { outcome: error.outcome, responseText, service },
    );
  }
  const options = {
    ...error,
    reason: declared.name,
    data,
    responseText,
    service,
    cause: error,
  };
  // The class is the server's to call: it takes what is sent.
  return Reflect.construct(
    DeclaredError,
    [`${service}: ${message}`, options],
    declared.type,
  );
}

/** The message that an error was made of. */
function errorResponse({ requestId = 0, responseText }: RpcError): Message {
  const header = new MessageHeader(
    MessageType.Response,
    requestId,
    serviceId.ERROR,
  );
  return new Message(header, new StreamBody(responseText));
}
