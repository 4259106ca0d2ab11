import { checkFunction } from "../../internal/check_options.ts";
import { errorText, isInstance } from "../../internal/errors.ts";
import type { Body, StreamBody } from "../../protocol/body.ts";
import { reasonText, RpcError } from "../../protocol/error.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { RequestHandler } from "../../peer/handles/serve.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import type { ServedPeer } from "../server/served_request.ts";
import { readDescribeRequest } from "./describe_request.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";

/** Who is told of hidden items. */
export interface HiddenOptions<B extends Body = StreamBody, I = unknown> {
  /**
   * Whether the other side is told of hidden items too, when it asks for them.
   * Default: nobody is. What it throws is answered as an error.
   */
  hidden?:
    | ((peer: PeerWriteHandle<B, I>) => boolean | PromiseLike<boolean>)
    | undefined;
}

/** Makes the document that is asked for. */
type MakeDocument = (
  isWanted: (definition: InterfaceDefinition) => boolean,
  hidden: boolean,
) => object;

/**
 * Makes a handler that answers with a document about the interfaces that are wanted.
 *
 * @throws {TypeError} If `hidden` is no function.
 */
export function answerDocument(
  { hidden }: HiddenOptions<Body>,
  peer: ServedPeer,
  make: MakeDocument,
): RequestHandler<Body> {
  checkFunction("hidden", hidden);
  return async (request, body) => {
    let wanted;
    try {
      wanted = readDescribeRequest(body.data);
    } catch (error) {
      const text = `the body is invalid: ${errorText(error)}`;
      return request.sendErrorResponse(reasonText("invalid-request", text));
    } finally {
      body[Symbol.dispose]();
    }
    const { interface: only, hidden: isAsked } = wanted;
    const isAllowed = isAsked && await hidden?.(peer.writer) === true;
    const document = make(
      ({ name, hidden }) =>
        (only === undefined || only === name) && (isAllowed || !hidden),
      isAllowed,
    );
    await sendDocument(request, document);
  };
}

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
