import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import type { Message } from "../protocol/message.ts";

/** The error of a request with an id that is open. */
export function duplicateRequest(message: Message<Body>): RpcError {
  const { type, requestId, serviceId } = message.header;
  return new RpcError(
    "duplicate-request-id",
    `A request came with id ${requestId}, which is open`,
    { side: "remote", messageType: type, requestId, serviceId },
  );
}

/** The error of messages that are dropped because nobody takes any. */
export function overflowError(): RpcError {
  return new RpcError(
    "limit-exceeded",
    "Messages are dropped: nobody has taken any, the inbox is full (see maxInboxMessages, maxInboxBytes), and calls wait for their responses. Take messages, or split() the peer and release the read handle",
  );
}
