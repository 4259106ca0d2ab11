import { isInstance } from "../../internal/errors.ts";
import { RpcError } from "../../protocol/error.ts";
import type { BodyInput } from "../../protocol/body.ts";
import { withOutcome } from "../../peer/ending/connection_state.ts";
import type { BodyCodec } from "../codecs/body_codec.ts";

/**
 * Makes the body of a request.
 *
 * @throws {RpcError} `encode-failed`; the request isn't sent.
 */
export function encodeRequest(request: BodyCodec, value: unknown): BodyInput {
  try {
    return request.encode(value);
  } catch (error) {
    if (!isInstance(error, RpcError)) throw error;
    throw withOutcome(error, "not-sent");
  }
}
