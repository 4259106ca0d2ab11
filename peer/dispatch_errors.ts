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

/** The error of an update or a response for a request that isn't open. */
export function unknownRequest(message: Message<Body>): RpcError {
  const { type, requestId, serviceId } = message.header;
  return new RpcError(
    "unknown-request-id",
    `A message of type ${type} came for request ${requestId}, which isn't open`,
    { side: "remote", messageType: type, requestId, serviceId },
  );
}

/** The answer to a request whose time is up. */
export const TIME_IS_UP = "the time of the request is up";

/** What the signal of a request fires with when its time is up. */
export function timeIsUp(
  { id, serviceId }: { readonly id: number; readonly serviceId: number },
): RpcError {
  return new RpcError("deadline-exceeded", TIME_IS_UP, {
    side: "remote",
    requestId: id,
    serviceId,
    reason: "deadline-exceeded",
  });
}
