import { errorText } from "../../internal/error_text.ts";
import type { Body } from "../../protocol/body.ts";
import { reasonText } from "../../protocol/error_reason.ts";
import type { RequestHandler } from "../../peer/handles/serve.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import { visible } from "../declare/visible.ts";
import { readDescribeRequest } from "./describe_request.ts";
import { sendDocument } from "./send_document.ts";
import type { ServerDescription } from "./server_description.ts";
import type { ServedDescription } from "./server_description.ts";
import type { ServedPeer } from "../server/served_peer.ts";

/** Makes the handler that tells the other side what is served. */
export function describeHandler(
  definitions: () => readonly InterfaceDefinition[],
  { program, hidden }: ServedDescription<Body>,
  peer: ServedPeer,
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
    const isAllowed = wanted.hidden && await hidden?.(peer.writer) === true;
    const interfaces = definitions()
      .filter(({ name }) =>
        wanted.interface === undefined || wanted.interface === name
      )
      .filter((definition) => isAllowed || !definition.hidden)
      .map((definition) => visible(definition, { hidden: isAllowed }));
    const { name, version, vendor } = program ?? {};
    const description: ServerDescription = {
      ...{ name, version, vendor },
      interfaces,
    };
    await sendDocument(request, description);
  };
}
