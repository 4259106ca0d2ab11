import type {
  Body,
  BodyData,
  BodyInput,
  StreamBody,
} from "../../protocol/body.ts";
import type { StandardSchema, StandardSchemaProps } from "./standard_schema.ts";

/**
 * A body that needs no schema: made by `body<T>()`, `bytes` and `peerBody<B>()`.
 * It is a Standard Schema that lets everything pass.
 */
export class BodyKind<In, Out = In, B extends Body = never>
  implements StandardSchema<In, Out> {
  /**
   * - `value`: goes through the format of the interface
   * - `bytes`: the bytes as they are
   * - `peer`: the body of the transport as it is, with its descriptors
   */
  readonly kind: "value" | "bytes" | "peer";
  /** What the type is called, for descriptions and for Rust. */
  readonly typeName: string | undefined;
  /** Only a type: the body that the peer must carry. */
  declare readonly "~body"?: B;

  /** @internal Made by the functions beside it. */
  constructor(kind: "value" | "bytes" | "peer", typeName?: string) {
    this.kind = kind;
    this.typeName = typeName;
  }

  /** What makes it a Standard Schema. */
  get "~standard"(): StandardSchemaProps<In, Out> {
    return PASS as StandardSchemaProps<In, Out>;
  }
}

const VENDOR = "fizyr-rpc";

const PASS: StandardSchemaProps<unknown, unknown> = {
  version: 1,
  vendor: VENDOR,
  validate: (value) => ({ value }),
};

/** Whether a schema is one of these, also of another copy of this library. */
export function isBodyKind(
  schema: StandardSchema,
): schema is BodyKind<unknown> {
  return schema["~standard"].vendor === VENDOR;
}

/**
 * A body of a type that is not checked when it arrives: whoever is at the other
 * end is trusted to send what was agreed on.
 *
 * @param typeName What the type is called, for descriptions and for Rust.
 *
 * @example A body of a type, with a name for descriptions
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: { record: { id: 1, request: body<{ frames: number }>("Recording") } },
 * });
 * assertEquals(Camera.definition.services[0]?.request.typeName, "Recording");
 * ```
 */
export function body<T>(typeName?: string): BodyKind<T> {
  return new BodyKind("value", typeName);
}

/**
 * A body of plain bytes, whatever the format of the interface. What arrives may be
 * a view of a larger buffer: take `slice()` of what is kept for long.
 */
export const bytes: BodyKind<BodyData, Uint8Array<ArrayBuffer>> =
  /* @__PURE__ */ new BodyKind("bytes");

/**
 * The body that the transport carries, as it is: with `UnixBody` a body of bytes
 * and file descriptors, which belong to whoever receives it. A client or a server
 * of an interface with such a body can only be made of a peer that carries it.
 */
export function peerBody(): BodyKind<BodyInput, StreamBody, StreamBody>;
/** The body of a transport that carries other bodies, as in `peerBody<UnixBody>()`. */
export function peerBody<B extends Body>(): BodyKind<BodyInput<B>, B, B>;
export function peerBody(): BodyKind<never> {
  return new BodyKind("peer");
}
