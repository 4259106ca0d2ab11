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
   * Whether both sides are peers of this library. Then a call that is cancelled, or
   * whose time is up, is cancelled at the other side too, and metadata goes with
   * calls, which the native protocol doesn't have. If false, `extensions` of the
   * connection decides. Default: false.
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
 * On the wire it is the same as with the native `interface!` macro: a response has
 * the id of its service, an error response -1, and a body that was left out is
 * `null` in the format.
 *
 * @throws {TypeError} For an unknown member, such as a misspelt one, and for an
 * invalid name or body.
 * @throws {RangeError} For an id that is invalid, reserved, or used twice.
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
