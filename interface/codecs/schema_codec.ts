import {
  type Body,
  type BodyInput,
  isShared,
  ownBytes,
  toBytes,
} from "../../protocol/body.ts";
import { isBodyKind } from "../declare/body_kind.ts";
import { isDescribedBody } from "../declare/described_body.ts";
import type { BodySchema } from "../declare/declaration.ts";
import type { Format } from "../formats/format.ts";
import { bodyData } from "../formats/raw.ts";
import { checkedValue } from "./validation_error.ts";

/** How the bodies of one kind of message are made and read. */
export interface SchemaCodec {
  /** Makes a body of a value. Throws what is wrong with it. */
  encode(value: unknown): BodyInput;
  /**
   * Makes a value of a body, or a promise of it where the schema validates
   * asynchronously. Throws, or rejects with, what is wrong with it.
   */
  decode(body: Body): unknown;
  /**
   * Makes the value that a body would have had of one that no body was made of,
   * or a promise of it. Throws, or rejects with, what is wrong with it.
   */
  check(value: unknown): unknown;
  /** Releases what the value of a body doesn't need: its memory or its descriptors. */
  release(body: Body): void;
}

/** Makes the codec of a body. */
export function schemaCodec(
  schema: BodySchema | undefined,
  format: Format,
): SchemaCodec {
  if (schema === undefined) return nothing(format);
  if (!isBodyKind(schema)) return validated(schema, format);
  switch (schema.kind) {
    case "value":
      return unchecked(format);
    case "bytes":
      return plain;
    case "peer":
      return untouched;
  }
}

function unchecked(format: Format): SchemaCodec {
  return {
    encode: (value) => format.encode(value),
    decode: (body) => format.decode(ownBytes(body)),
    check: (value) => value,
    // The memory of a large body can be read into again.
    release: format.copies ? (body) => body[Symbol.dispose]() : releaseRest,
  };
}

function validated(schema: BodySchema, format: Format): SchemaCodec {
  // Called as a method: it may be one.
  const standard = schema["~standard"];
  const check = (value: unknown): unknown => {
    const result = standard.validate(value);
    return result instanceof Promise
      ? result.then(checkedValue)
      : checkedValue(result);
  };
  const codec: SchemaCodec = {
    ...unchecked(format),
    decode: (body) => check(format.decode(ownBytes(body))),
    check,
  };
  if (!isDescribedBody(schema)) return codec;
  // No type has kept the application from giving something else.
  return { ...codec, encode: (value) => format.encode(check(value)) };
}

function nothing(format: Format): SchemaCodec {
  const check = (value: unknown): undefined => {
    if (value === undefined || value === null) return undefined;
    throw new TypeError(`It has no body, but got ${typeof value}`);
  };
  return {
    ...unchecked(format),
    encode(value) {
      check(value);
      return format.encode(null);
    },
    decode(body) {
      const data = ownBytes(body);
      // Peers without a typed interface send nothing where there is nothing.
      const value = data.length === 0 ? null : format.decode(data);
      if (value === null || value === undefined) return undefined;
      throw new TypeError("It should have none");
    },
    check,
  };
}

const plain: SchemaCodec = {
  encode: bodyData,
  decode: ownBytes,
  check: (value) => toBytes(bodyData(value)),
  release: releaseRest,
};

const untouched: SchemaCodec = {
  // Only the transport knows what it can carry.
  encode: (value) => value as BodyInput,
  decode: (body) => body,
  check: (value) => value,
  release() {},
};

/** Releases what isn't the value: its bytes too, if the value has a copy of them. */
function releaseRest(body: Body): void {
  if (isShared(body)) body[Symbol.dispose]();
  else closeDescriptors(body);
}

/** Closes descriptors that nobody asked for; the bytes stay as they are. */
export function closeDescriptors(body: Body): void {
  for (const fd of body.fds ?? []) fd[Symbol.dispose]();
}
