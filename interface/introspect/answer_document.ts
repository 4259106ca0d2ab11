import { errorText } from "../../internal/errors.ts";
import type { Body, StreamBody } from "../../protocol/body.ts";
import { reasonText } from "../../protocol/error.ts";
import type { PeerWriteHandle } from "../../peer/handles/peer_write_handle.ts";
import type { RequestHandler } from "../../peer/handles/serve.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import type { ServedPeer } from "../server/served_peer.ts";
import { readDescribeRequest } from "./describe_request.ts";
import { sendDocument } from "./send_document.ts";

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

/** Makes a handler that answers with a document about the interfaces that are wanted. */
export function answerDocument(
  { hidden }: HiddenOptions<Body>,
  peer: ServedPeer,
  make: MakeDocument,
): RequestHandler<Body> {
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
