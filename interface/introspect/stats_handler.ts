import type { ListenerStats } from "../../listener/listener_stats.ts";
import type { Body, StreamBody } from "../../protocol/body.ts";
import type { RequestHandler } from "../../peer/handles/serve.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import { visible } from "../declare/complete_definition.ts";
import type { ServedPeer } from "../server/served_request.ts";
import { answerDocument, type HiddenOptions } from "./answer_document.ts";
import type { InterfaceStats, StatsListener } from "./interface_stats.ts";

/** An interface that is served, and what is counted of it. */
export interface CountedInterface {
  /** The interface as plain data. */
  readonly definition: InterfaceDefinition;
  /** What is counted of it. */
  readonly stats: InterfaceStats;
}

/** What the other side may know besides the figures of services. */
export interface ServedStats<B extends Body = StreamBody, I = unknown>
  extends HiddenOptions<B, I> {
  /**
   * The listener whose connections whoever may ask is told of too: who they are, what
   * they have sent, and which requests are open. Default: none, and nobody is told.
   */
  listener?: StatsListener | undefined;
}

/** What is told at most, as the answer is read whole: some 0.5 MiB. */
const LIMITS = { connections: 250, requests: 10 };

/** Makes the handler that tells the other side what is counted. */
export function statsHandler(
  interfaces: () => readonly CountedInterface[],
  options: ServedStats<Body>,
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
    listener: options.listener === undefined
      ? undefined
      : forJson(options.listener.stats(LIMITS)),
  }));
}

/** `info` may be anything that a transport knows: what JSON can't say is left out. */
function forJson(stats: ListenerStats): ListenerStats {
  return {
    ...stats,
    connections: stats.connections.map((connection) => ({
      ...connection,
      info: plainInfo(connection.info),
    })),
  };
}

function plainInfo(info: unknown): unknown {
  try {
    return JSON.parse(
      JSON.stringify(
        info,
        (_key, value) => typeof value === "bigint" ? `${value}` : value,
      ) ?? "null",
    );
  } catch {
    // It refers to itself, or a getter throws: the connection is told of without.
    return null;
  }
}
