import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { SignalOptions } from "../../peer/handles/signal_options.ts";
import {
  type AnsweredRequest,
  remoteError,
} from "../../peer/requests/remote_error.ts";
import type { ServiceCodec } from "../codecs/interface_codec.ts";
import { receivedError } from "../errors/received_error.ts";
import { decodeResponse } from "./decode_response.ts";

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
