import type { Body, StreamBody } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { ReceivedRequestHandle } from "./received_request_handle.ts";

/**
 * What `recvMessage()` gives: a request with its body and a handle to answer it,
 * or a stream message.
 */
export type ReceivedMessage<B extends Body = StreamBody> =
  | {
    /** It is a request. */
    readonly kind: "request";
    /** The handle for updates and the response. */
    readonly request: ReceivedRequestHandle<B>;
    /** The body of the request. */
    readonly body: B;
  }
  | {
    /** It is a stream message. */
    readonly kind: "stream";
    /** The message; its service id tells the kind of stream message. */
    readonly message: Message<B>;
  };
