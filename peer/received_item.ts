import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import type { ReceivedMessage } from "./handles/received_message.ts";

/** What can be taken from a connection: a message, or a non-fatal error in its place in the order. */
export type ReceivedItem<B extends Body> = ReceivedMessage<B> | RpcError;

/** A request among them. */
export type ReceivedRequestItem<B extends Body> = ReceivedMessage<B> & {
  readonly kind: "request";
};

/** Whether it is a request. */
export function isRequest<B extends Body>(
  item: ReceivedItem<B>,
): item is ReceivedRequestItem<B> {
  return !(item instanceof RpcError) && item.kind === "request";
}
