import { checkDeclaration } from "./declare/check_declaration.ts";
import type { CheckedInterfaceErrors } from "./declare/checked_errors.ts";
import type {
  CheckedServices,
  CheckedStreams,
} from "./declare/checked_types.ts";
import type {
  ErrorDeclarations,
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
  E extends ErrorDeclarations = None,
> {
  /** The name: letters, digits and `_`; by custom in UpperCamelCase. */
  readonly name: string;
  /** What it is for; Markdown. */
  readonly doc?: string | undefined;
  /** Whether descriptions leave it out, unless asked for. Default: false. */
  readonly hidden?: boolean | undefined;
  /**
   * Whether both sides are peers of this library, so that they can say more than the
   * native protocol has: what is cancelled here, or whose time is up, is cancelled
   * there, and metadata goes with calls. Otherwise `extensions` of the connection says
   * it. Default: false.
   */
  readonly extensions?: boolean | undefined;
  /** How values become bytes. Default: JSON. */
  readonly format?: Format | undefined;
  /** The services by name. Their ids are unique among themselves. */
  readonly services?: (S & CheckedServices<S>) | undefined;
  /** The stream messages by name. Their ids are unique among themselves. */
  readonly streams?: (T & CheckedStreams<S, T>) | undefined;
  /** The errors that every service may answer with, by name. */
  readonly errors?: (E & CheckedInterfaceErrors<S, E>) | undefined;
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
 * @throws {RangeError} For an id that can't be, is reserved, or is used twice.
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
  const E extends ErrorDeclarations = None,
>(declaration: InterfaceDeclaration<S, T, E>): Interface<S, T, E> {
  checkDeclaration(declaration);
  const { name, doc = "", hidden = false, format = json } = declaration;
  const { extensions = false } = declaration;
  const services: S = declaration.services ?? {} as S;
  const streams: T = declaration.streams ?? {} as T;
  const errors: E = declaration.errors ?? {} as E;
  return new Interface({
    ...{ name, doc, hidden, extensions, format },
    ...{ services, streams, errors },
  });
}
