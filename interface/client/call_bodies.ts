import { isInstance } from "../../internal/errors.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Body, BodyInput } from "../../protocol/body.ts";
import { withOutcome } from "../../peer/ending/connection_state.ts";
import type { BodyCodec } from "../codecs/body_codec.ts";
import type { Message } from "../../protocol/message.ts";
import { closeDescriptors } from "../codecs/schema_codec.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import {
  type AnsweredRequest,
  remoteError,
} from "../../peer/requests/remote_error.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import { receivedError } from "../errors/received_error.ts";

/**
 * Makes the body of a request.
 *
 * @throws {RpcError} `encode-failed`; the request isn't sent.
 */
export function encodeRequest(request: BodyCodec, value: unknown): BodyInput {
  try {
    return request.encode(value);
  } catch (error) {
    if (!isInstance(error, RpcError)) throw error;
    throw withOutcome(error, "not-sent");
  }
}

/**
 * Reads the body of a response: gives a value, or a promise where the schema is
 * asynchronous. Of an invalid one only the bytes are left to the caller, who gets it
 * with the error.
 *
 * @throws {InvalidMessageError} If it is invalid, at once or by rejecting.
 */
export function decodeResponse(
  response: BodyCodec,
  message: Message<Body>,
): unknown {
  try {
    const value = response.decodeMessage(message);
    if (!(value instanceof Promise)) return value;
    return decodeLater(value, message);
  } catch (error) {
    return refuse(message, error);
  }
}

// By itself: a function with a closure takes memory for what that captures, at
// each call.
async function decodeLater(
  value: Promise<unknown>,
  message: Message<Body>,
): Promise<unknown> {
  try {
    return await value;
  } catch (error) {
    return refuse(message, error);
  }
}

function refuse({ body }: Message<Body>, error: unknown): never {
  closeDescriptors(body);
  throw error;
}

/**
 * Waits for the response to a request with updates, and reads its body.
 *
 * @throws What it says, if it is an error response, or what `arriving` rejects with:
 * the declared error, or the same with the name of the service.
 * @throws {InvalidMessageError} If its body is invalid.
 */
export async function readResponse(
  arriving: Promise<Message<Body>>,
  request: AnsweredRequest,
  service: ServiceCodec,
  options: SignalOptions | undefined,
): Promise<unknown> {
  let message: Message<Body>;
  try {
    message = await arriving;
    if (message.isError) throw remoteError(message, request);
  } catch (error) {
    throw await receivedError(error, service, options);
  }
  return await decodeResponse(service.response, message);
}
