import { RpcError, type RpcErrorOptions } from "../../protocol/error.ts";
import type { BodyIn, BodyOut } from "../declare/body_types.ts";
import type {
  SchemaInput,
  StandardSchema,
} from "../declare/standard_schema.ts";

/**
 * An error that an interface declares: what all classes in `errors` of an interface
 * extend. Its code is `remote-error`.
 *
 * - On a server it is made with `new`, and thrown by a handler: the other side gets
 *   it, and `onError` doesn't. `side` is local.
 * - A client rejects with it. `side` is remote, `service` says what was called, and
 *   `cause` is the error of the peer.
 *
 * A handler that passes on one that it has received itself sends only its message,
 * as of any other error: its name says nothing about this server.
 *
 * @example A camera that is busy
 * ```ts
 * import { assert, assertEquals } from "jsr:@std/assert";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 * import { inMemory } from "jsr:@fizyr/rpc/interface/testing";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: { record: { id: 1 } },
 *   errors: { busy: { body: body<{ until: number }>() } },
 * });
 *
 * await using test = inMemory(Camera, {
 *   record: () => {
 *     throw new Camera.errors.busy({ until: 12 }, "someone else records");
 *   },
 * });
 * try {
 *   await test.client.record();
 * } catch (error) {
 *   assert(error instanceof Camera.errors.busy);
 *   assertEquals(error.data.until, 12);
 *   assertEquals(error.message, "Camera.record: someone else records");
 * }
 * ```
 */
export class DeclaredError<Name extends string = string, Data = unknown>
  extends RpcError {
  /** The name of the error in the declaration. */
  declare readonly reason: Name;
  /** Its body: checked by the schema where it was received; undefined if it has none. */
  declare readonly data: Data;

  /** @internal Made by the classes that extend it. */
  constructor(
    message: string,
    options: RpcErrorOptions & { readonly reason: Name; readonly data: Data },
  ) {
    super("remote-error", message, options);
  }
}

/**
 * The class of a declared error, as in `Camera.errors.busy`: what a handler throws is
 * made with it, and what a client rejects with is an instance of it. `S` is the schema
 * of the body, or undefined.
 */
export interface DeclaredErrorClass<Name extends string, S> {
  /**
   * Makes an error to be thrown by a handler. Takes the body, if it has one, and a
   * message; without one the message is the name of the error.
   */
  new (...args: DeclaredErrorArgs<S>): DeclaredError<Name, BodyIn<S>>;
  /** What an instance is that was received. */
  readonly prototype: DeclaredError<Name, BodyOut<S>>;
}

/** What a declared error is made of: without the body, if there is none. */
export type DeclaredErrorArgs<S> = S extends StandardSchema
  ? [data: SchemaInput<S>, message?: string]
  : [message?: string];
