/**
 * The five types of message, as they stand on the wire.
 *
 * @example Reading a type
 * ```ts
 * import { MessageType } from "jsr:@fizyr/rpc";
 *
 * const type: MessageType = MessageType.ResponderUpdate;
 * console.log(type); // 3
 * ```
 */
export const MessageType: {
  /** Asks for a service. */
  readonly Request: 0;
  /** Ends a request. */
  readonly Response: 1;
  /** From the requester, while the request is open. */
  readonly RequesterUpdate: 2;
  /** From the responder, while the request is open. */
  readonly ResponderUpdate: 3;
  /** Stands alone. */
  readonly Stream: 4;
} = {
  Request: 0,
  Response: 1,
  RequesterUpdate: 2,
  ResponderUpdate: 3,
  Stream: 4,
};

/** A message type as a number from 0 to 4. */
export type MessageType = 0 | 1 | 2 | 3 | 4;

/** The largest number that is a message type. */
export const MAX_MESSAGE_TYPE = 4;
