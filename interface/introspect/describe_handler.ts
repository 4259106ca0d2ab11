import type { Body } from "../../protocol/body.ts";
import type { RequestHandler } from "../../peer/handles/serve.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import { visible } from "../declare/complete_definition.ts";
import type { ServedPeer } from "../server/served_request.ts";
import { answerDocument } from "./answer_document.ts";
import type {
  ServedDescription,
  ServerDescription,
} from "./server_description.ts";

/** Makes the handler that tells the other side what is served. */
export function describeHandler(
  definitions: () => readonly InterfaceDefinition[],
  options: ServedDescription<Body>,
  peer: ServedPeer,
): RequestHandler<Body> {
  const { name, version, vendor } = options.program ?? {};
  return answerDocument(options, peer, (isWanted, hidden) => {
    const description: ServerDescription = {
      ...{ name, version, vendor },
      interfaces: definitions().filter(isWanted).map((definition) =>
        visible(definition, { hidden })
      ),
    };
    return description;
  });
}
