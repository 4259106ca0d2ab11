import type { Body, BodyInput } from "../protocol/body.ts";
import { MessageHeader, MessageType } from "../protocol/header.ts";
import { Message } from "../protocol/message.ts";
import { reasonText } from "../protocol/error.ts";
import { checkOwnId, serviceId as ids } from "../protocol/service_id.ts";
import { type BodyMaker, bodyMaker } from "../transports/streams_channel.ts";
import type { Transport } from "../transports/transport.ts";

const encoder = new TextEncoder();
// A byte order mark at the beginning of a message belongs to its text.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What the text of a declared error is made of. */
export interface DeclaredErrorText {
  /** The name of the error. */
  readonly reason: string;
  /** The text for people. */
  readonly message: string;
  /** The body as JSON; null where it has none. */
  readonly body: string | null;
}

/** Makes the messages of a connection, with all checks that nothing has to wait for. */
export class MessageFactory<B extends Body> {
  readonly #transport: Transport<B>;
  readonly #toBody: BodyMaker<B>;

  /** Makes messages for a transport. */
  constructor(transport: Transport<B>) {
    this.#transport = transport;
    this.#toBody = bodyMaker(transport);
  }

  /**
   * Makes a message.
   *
   * @throws {RangeError} If the service id is no i32, or reserved.
   * @throws {TypeError} If the input is no body.
   * @throws {RpcError} If it is over a writing limit.
   */
  make(
    type: MessageType,
    requestId: number,
    serviceId: number,
    input: BodyInput<B>,
  ): Message<B> {
    checkOwnId(serviceId);
    return this.makeReserved(type, requestId, serviceId, input);
  }

  /**
   * Makes a message that belongs to a request, and may have its service id whatever
   * that is: the library sends and answers requests with reserved ones.
   *
   * @throws What `make` throws.
   */
  makeFor(
    type: MessageType,
    request: { readonly id: number; readonly serviceId: number | null },
    serviceId: number,
    input: BodyInput<B>,
  ): Message<B> {
    if (serviceId !== request.serviceId) checkOwnId(serviceId);
    return this.makeReserved(type, request.id, serviceId, input);
  }

  /**
   * Makes a message whose service id may be reserved, for what the library sends.
   *
   * @throws {TypeError} If the input is no body.
   * @throws {RpcError} If it is over a writing limit.
   */
  makeReserved(
    type: MessageType,
    requestId: number,
    serviceId: number,
    input: BodyInput<B>,
  ): Message<B> {
    const body = this.#toBody(input);
    const header = new MessageHeader(type, requestId, serviceId);
    const message = new Message(header, body);
    const error = this.#transport.check(message);
    if (error !== null) throw error;
    return message;
  }

  /** Makes an error response, whose text is cut to the writing limit. */
  makeError(requestId: number, text: string): Message<B> {
    const header = new MessageHeader(
      MessageType.Response,
      requestId,
      ids.ERROR,
    );
    const bytes = encoder.encode(text);
    const message = new Message(header, this.#toBody(bytes));
    const error = this.#transport.check(message);
    if (error === null) return message;
    const cut = cutUtf8(bytes, error.limit ?? 0);
    return new Message(header, this.#toBody(cut));
  }

  /**
   * Makes the error response of a declared error, whose message is cut to the writing
   * limit.
   *
   * @throws {RpcError} If it would be over that without its message too.
   */
  makeDeclaredError(
    requestId: number,
    { reason, message, body }: DeclaredErrorText,
  ): Message<B> {
    const header = new MessageHeader(
      MessageType.Response,
      requestId,
      ids.ERROR,
    );
    const tail = body === null ? "" : `\n${body}`;
    const make = (message: string): Message<B> => {
      const text = reasonText(reason, message) + tail;
      return new Message(header, this.#toBody(encoder.encode(text)));
    };
    const whole = make(message);
    const error = this.#transport.check(whole);
    if (error === null) return whole;
    const without = make("");
    const room = (error.limit ?? 0) - without.body.data.length;
    if (room < 0) throw this.#transport.check(without) ?? error;
    const cut = cutUtf8(encoder.encode(message), room);
    return make(decoder.decode(cut));
  }
}

/**
 * Checks a message that has waited.
 *
 * @param length How long its body was before.
 * @throws {TypeError} If its body was given away or shrunk meanwhile.
 */
export function checkUnchanged(
  { body: { data } }: Message<Body>,
  length: number,
): void {
  if (data.length === length) return;
  throw new TypeError(
    `The body had ${length} bytes and has ${data.length} now: it was disposed, transferred or shrunk before its send had resolved`,
  );
}

/** The longest start of UTF-8 text that has at most `limit` bytes and cuts no character. */
export function cutUtf8(
  bytes: Uint8Array<ArrayBuffer>,
  limit: number,
): Uint8Array<ArrayBuffer> {
  if (bytes.length <= limit) return bytes;
  let end = limit;
  // 10xxxxxx continues a character that began before.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
