import type { Body } from "../../protocol/body.ts";
import type { RequestHandler } from "../../peer/handles/serve.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import { visible } from "../declare/visible.ts";
import type { ServedPeer } from "../server/served_peer.ts";
import { answerDocument, type HiddenOptions } from "./answer_document.ts";
import type { InterfaceStats } from "./interface_stats.ts";

/** An interface that is served, and what is counted of it. */
export interface CountedInterface {
  /** The interface as plain data. */
  readonly definition: InterfaceDefinition;
  /** What is counted of it. */
  readonly stats: InterfaceStats;
}

/** Makes the handler that tells the other side what is counted. */
export function statsHandler(
  interfaces: () => readonly CountedInterface[],
  options: HiddenOptions<Body>,
  peer: ServedPeer,
): RequestHandler<Body> {
  return answerDocument(options, peer, (isWanted, hidden) => ({
    interfaces: interfaces()
      .filter(({ definition }) => isWanted(definition))
      .map(({ definition, stats }) => {
        const { services } = visible(definition, { hidden });
        const shown = new Set(services.map(({ id }) => id));
        return {
          ...stats,
          services: stats.services.filter(({ id }) => shown.has(id)),
        };
      }),
  }));
}
