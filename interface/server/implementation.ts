import type { Body } from "../../protocol/body.ts";
import type { RequiredBody } from "../declare/body_types.ts";
import type {
  MessageDeclarations,
  ServiceDeclarations,
} from "../declare/declaration.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import type { Format } from "../formats/format.ts";
import { InterfaceCounters } from "../introspect/interface_counters.ts";
import type { InterfaceStats } from "../introspect/interface_stats.ts";
import type { ServerInterceptor } from "../intercept/typed_calls.ts";
import type { ServedInterface } from "./typed_server.ts";

/** The options of `implement`. */
export interface ImplementOptions<
  S extends ServiceDeclarations = ServiceDeclarations,
  T extends MessageDeclarations = MessageDeclarations,
  I = unknown,
> {
  /** The format of the bodies. Default: that of the declaration. */
  format?: Format | undefined;
  /** The interceptors of the handlers of services; the first one is the outermost. */
  intercept?:
    | readonly ServerInterceptor<S, RequiredBody<S, T>, I>[]
    | undefined;
}

/**
 * An interface with its handlers, for `serve`: made by `Interface.implement`. It
 * belongs to no connection, and can be served on many.
 *
 * `B` is the body that the peer must carry, and `I` what the handlers need to know
 * of the connection as `info`.
 *
 * @example One implementation for all connections
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, defineInterface, serve } from "jsr:@fizyr/rpc/interface";
 *
 * const Lamp = defineInterface({
 *   name: "Lamp",
 *   services: { isOn: { id: 1, response: body<boolean>() } },
 * });
 * const lamp = Lamp.implement({ isOn: () => true });
 *
 * for (let connection = 0; connection < 2; connection++) {
 *   const [a, b] = MemoryTransport.pair();
 *   await using server = Peer.spawn(a);
 *   await using peer = Peer.spawn(b);
 *   const serving = serve(server, lamp);
 *   assertEquals(await Lamp.client(peer).isOn(), true);
 *   await peer.close();
 *   await serving;
 * }
 * ```
 */
export class Implementation<in B extends Body = Body, in I = unknown> {
  /** The name of the interface. */
  readonly name: string;
  /** @internal What it serves with. */
  readonly served: ServedInterface;
  readonly #define: () => InterfaceDefinition;
  #counters: InterfaceCounters | null = null;

  /** @internal Made by `Interface.implement`. */
  constructor(
    name: string,
    served: ServedInterface,
    define: () => InterfaceDefinition,
  ) {
    this.name = name;
    this.served = served;
    this.#define = define;
  }

  /**
   * What is counted of its services, over all connections that are served with
   * `stats`: now, as plain data.
   */
  get stats(): InterfaceStats {
    return this.counters.stats(this.name);
  }

  /** @internal Made when something is counted. */
  get counters(): InterfaceCounters {
    return this.#counters ??= new InterfaceCounters(this.served.codec);
  }

  /** The interface as plain data, with the format that it is served in. */
  get definition(): InterfaceDefinition {
    return this.#define();
  }
}
