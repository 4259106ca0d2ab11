import { checkDeclaration } from "./declare/check_declaration.ts";
import type {
  CheckedServices,
  CheckedStreams,
} from "./declare/checked_types.ts";
import type {
  ServiceDeclarations,
  StreamDeclarations,
} from "./declare/declaration.ts";
import type { Format } from "./formats/format.ts";
import { json } from "./formats/json.ts";
import { Interface } from "./interface.ts";

/** No services, or no stream messages. */
export type None = Record<never, never>;

/** What `defineInterface` takes. */
export interface InterfaceDeclaration<
  S extends ServiceDeclarations,
  T extends StreamDeclarations,
> {
  /** The name: letters, digits and `_`; by custom in UpperCamelCase. */
  readonly name: string;
  /** What it is for; Markdown. */
  readonly doc?: string | undefined;
  /** Whether descriptions leave it out, unless asked for. Default: false. */
  readonly hidden?: boolean | undefined;
  /** How values become bytes. Default: JSON. */
  readonly format?: Format | undefined;
  /** The services by name. Their ids are unique among themselves. */
  readonly services?: (S & CheckedServices<S>) | undefined;
  /** The stream messages by name. Their ids are unique among themselves. */
  readonly streams?: (T & CheckedStreams<S, T>) | undefined;
}

/**
 * Declares an interface: the services and stream messages that one side offers and
 * the other one uses. Types follow from it; nothing is generated.
 *
 * On the wire it is what the native `interface!` macro makes: a response carries
 * the id of its service, an error response -1, and a body that is nothing is
 * `null` in the format.
 *
 * @throws {TypeError} For a member that there isn't, such as a misspelt one, and
 * for a name or a body that can't be.
 * @throws {RangeError} For an id that can't be, or is used twice.
 *
 * @example A client and a server, in memory
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: {
 *     record: {
 *       id: 1,
 *       request: body<{ frames: number }>(),
 *       response: body<string>(),
 *       responseUpdates: { state: { id: 1, body: body<{ frame: number }>() } },
 *     },
 *   },
 * });
 *
 * const [a, b] = MemoryTransport.pair();
 * await using server = Peer.spawn(a);
 * await using peer = Peer.spawn(b);
 * const serving = Camera.serve(server, {
 *   record: async function* ({ frames }) {
 *     for (let frame = 1; frame <= frames; frame++) {
 *       yield { name: "state", body: { frame } };
 *     }
 *     return "done";
 *   },
 * });
 *
 * const camera = Camera.client(peer);
 * const recording = await camera.record({ frames: 2 });
 * for await (const update of recording.updates()) console.log(update.body.frame);
 * assertEquals(await recording.response(), "done");
 * await peer.close();
 * await serving;
 * ```
 */
export function defineInterface<
  const S extends ServiceDeclarations = None,
  const T extends StreamDeclarations = None,
>(declaration: InterfaceDeclaration<S, T>): Interface<S, T> {
  checkDeclaration(declaration);
  const { name, doc = "", hidden = false, format = json } = declaration;
  const services: S = declaration.services ?? {} as S;
  const streams: T = declaration.streams ?? {} as T;
  return new Interface({ name, doc, hidden, format, services, streams });
}
