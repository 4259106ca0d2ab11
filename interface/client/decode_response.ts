import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { closeDescriptors } from "../codecs/schema_codec.ts";
import type { BodyCodec } from "../codecs/body_codec.ts";

/**
 * Reads the body of a response: gives a value, or a promise where the schema is
 * asynchronous. Of an invalid one only the bytes are left to the caller, who gets it
 * with the error.
 *
 * @throws {InvalidMessageError} If it is invalid, at once or by rejecting.
 */
export function decodeResponse(
  response: BodyCodec,
  message: Message<Body>,
): unknown {
  try {
    const value = response.decodeMessage(message);
    if (!(value instanceof Promise)) return value;
    return decodeLater(value, message);
  } catch (error) {
    return refuse(message, error);
  }
}

async function decodeLater(
  value: Promise<unknown>,
  message: Message<Body>,
): Promise<unknown> {
  try {
    return await value;
  } catch (error) {
    return refuse(message, error);
  }
}

function refuse({ body }: Message<Body>, error: unknown): never {
  closeDescriptors(body);
  throw error;
}
