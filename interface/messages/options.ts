import type { Body, StreamBody } from "../../protocol/body.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import type { Format } from "../formats/format.ts";
import type { InvalidMessageError } from "../codecs/invalid_message_error.ts";

/** The options of clients and servers of an interface. */
export interface InterfaceOptions<B extends Body = StreamBody> {
  /** The format of the bodies. Default: that of the declaration. */
  format?: Format | undefined;
  /**
   * Called with each message that the interface doesn't know or whose body is
   * invalid, in the place of the peer's `onError`. The error has the message as it
   * arrived.
   *
   * - A request: answer it, or it gets the error's text as an error response when
   *   this is done.
   * - An update for a request of the other side: the request gets that error
   *   response too, unless this returns true.
   * - Other updates and stream messages are skipped.
   *
   * Descriptors of the message are closed then, unless this returns true.
   */
  onInvalid?:
    | ((
      error: InvalidMessageError,
      request: ReceivedRequestHandle<B> | null,
    ) => boolean | void | PromiseLike<boolean | void>)
    | undefined;
}
