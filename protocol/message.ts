import type { Body, StreamBody } from "./body.ts";
import { type MessageHeader, MessageType } from "./header.ts";
import { serviceId } from "./service_id.ts";

/**
 * A header and a body.
 *
 * @example Making a message
 * ```ts
 * import { assert } from "jsr:@std/assert";
 * import { Message, MessageHeader, MessageType, serviceId, StreamBody } from "jsr:@fizyr/rpc";
 *
 * const message = new Message(
 *   new MessageHeader(MessageType.Response, 7, serviceId.ERROR),
 *   new StreamBody("Out of film"),
 * );
 * assert(message.isError);
 * ```
 */
export class Message<B extends Body = StreamBody> implements Disposable {
  /** Type, request id and service id. */
  readonly header: MessageHeader;
  /** The bytes, and on a Unix seqpacket socket the file descriptors. */
  readonly body: B;

  /** Puts a header and a body together. */
  constructor(header: MessageHeader, body: B) {
    this.header = header;
    this.body = body;
  }

  /** Whether it is an error response; the body is the error's text then. */
  get isError(): boolean {
    return this.header.serviceId === serviceId.ERROR &&
      this.header.type === MessageType.Response;
  }

  /**
   * The body decoded as UTF-8: invalid bytes become U+FFFD, and a U+FEFF at the
   * beginning is left out.
   */
  text(): string {
    return this.body.text();
  }

  /**
   * The body parsed as JSON.
   *
   * @throws {SyntaxError} If it is no JSON.
   */
  json(): unknown {
    return this.body.json();
  }

  /** Disposes its body: see there. */
  [Symbol.dispose](): void {
    this.body[Symbol.dispose]();
  }
}
