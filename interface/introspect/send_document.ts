import { isInstance } from "../../internal/errors.ts";
import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";

/** What every peer reads with the limits that it has by default, over any transport. */
const CHUNK = 4096;

/**
 * Answers a request of the library with JSON, in updates that are short enough for
 * what this side may send and the other side reads. Each waits for room.
 */
export async function sendDocument(
  request: ReceivedRequestHandle<Body>,
  document: unknown,
): Promise<void> {
  const { serviceId, signal } = request;
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  let size = CHUNK;
  for (let at = 0; at < bytes.length;) {
    const chunk = bytes.subarray(at, at + size);
    try {
      await request.sendUpdate(serviceId, chunk, { signal });
      at += chunk.length;
    } catch (error) {
      size = shorter(error, chunk.length);
    }
  }
}

/** How long an update may be, where one of this length was too long; other errors are thrown. */
function shorter(error: unknown, length: number): number {
  if (isInstance(error, RpcError) && error.code === "payload-too-large") {
    const { limit = 0 } = error;
    if (limit > 0 && limit < length) return limit;
  }
  throw error;
}
