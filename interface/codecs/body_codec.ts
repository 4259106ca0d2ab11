import type { Body, BodyInput } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import type { BodySchema } from "../declare/declaration.ts";
import type { Format } from "../formats/format.ts";
import {
  invalidReplacement,
  undecodable,
  unencodable,
} from "./invalid_message_error.ts";
import { type SchemaCodec, schemaCodec } from "./schema_codec.ts";

/** One body of an interface: what it is called in errors, and how it is made and read. */
export class BodyCodec {
  readonly #what: string;
  readonly #codec: SchemaCodec;
  /** Whether the declaration has no body here. */
  readonly isNothing: boolean;

  /** Makes a codec of a body. */
  constructor(what: string, schema: BodySchema | undefined, format: Format) {
    this.#what = what;
    this.#codec = schemaCodec(schema, format);
    this.isNothing = schema === undefined;
  }

  /**
   * Makes a body.
   *
   * @throws {RpcError} `encode-failed`.
   */
  encode(value: unknown): BodyInput {
    try {
      return this.#codec.encode(value);
    } catch (error) {
      throw unencodable(this.#what, error);
    }
  }

  /**
   * Reads the body of a message: gives a value, or a promise where the schema is
   * asynchronous.
   *
   * @throws {InvalidMessageError} At once, or by rejecting.
   */
  decodeMessage(message: Message<Body>): unknown {
    return this.decode(message.body, message, itself);
  }

  /**
   * Reads a body: gives a value, or a promise where the schema is asynchronous.
   *
   * @param source What `received` makes the message of, if the body is invalid. A
   * closure for each body would cost more.
   *
   * @throws {InvalidMessageError} At once, or by rejecting.
   */
  decode<T>(
    body: Body,
    source: T,
    received: (source: T, body: Body) => Message<Body>,
  ): unknown {
    try {
      const value = this.#codec.decode(body);
      if (value instanceof Promise) {
        return this.#later(value, body, source, received);
      }
      this.#codec.release(body);
      return value;
    } catch (error) {
      throw undecodable(this.#what, received(source, body), error);
    }
  }

  /**
   * Checks a value that takes the place of one that was read, and gives what that
   * would have been, or a promise of it.
   *
   * @throws {RpcError} `decode-failed`, at once or by rejecting.
   */
  check(value: unknown): unknown {
    try {
      const valid = this.#codec.check(value);
      if (!(valid instanceof Promise)) return valid;
      return valid.catch((error) => {
        throw invalidReplacement(this.#what, error);
      });
    } catch (error) {
      throw invalidReplacement(this.#what, error);
    }
  }

  async #later<T>(
    value: Promise<unknown>,
    body: Body,
    source: T,
    received: (source: T, body: Body) => Message<Body>,
  ): Promise<unknown> {
    try {
      const valid = await value;
      this.#codec.release(body);
      return valid;
    } catch (error) {
      throw undecodable(this.#what, received(source, body), error);
    }
  }
}

function itself(message: Message<Body>): Message<Body> {
  return message;
}
