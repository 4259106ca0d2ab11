import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { closeDescriptors } from "../codecs/schema_codec.ts";
import type { BodyCodec } from "../codecs/body_codec.ts";

/**
 * Reads the body of a response. Of an invalid one only the bytes are left to the
 * caller, who gets it with the error.
 *
 * @throws {InvalidMessageError} If it is invalid.
 */
export async function decodeResponse(
  response: BodyCodec,
  message: Message<Body>,
): Promise<unknown> {
  try {
    return await response.decode(message.body, () => message);
  } catch (error) {
    closeDescriptors(message.body);
    throw error;
  }
}
