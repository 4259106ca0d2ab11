import { BodyKind } from "../declare/body_kind.ts";
import { checkDeclaration } from "../declare/check_declaration.ts";
import type {
  BodySchema,
  ErrorDeclarations,
  ItemDeclaration,
  ResolvedDeclaration,
  ServiceDeclarations,
  StreamDeclarations,
} from "../declare/declaration.ts";
import type {
  BodyDefinition,
  InterfaceDefinition,
  ItemDefinition,
} from "../declare/definition.ts";
import { DescribedBody } from "../declare/described_body.ts";
import { cbor } from "../formats/cbor.ts";
import type { Format } from "../formats/format.ts";
import { json } from "../formats/json.ts";
import { msgpack } from "../formats/msgpack.ts";
import { raw } from "../formats/raw.ts";
import { checkedDefinition } from "../introspect/read_description.ts";
import { jsonSchemaValidator } from "./json_schema_validator.ts";

/** The formats that a definition may name without more. */
const FORMATS: readonly Format[] = [json, raw, cbor, msgpack];

/**
 * Makes a declaration of a definition, whose values are checked by its JSON Schemas.
 *
 * @throws {RpcError} `decode-failed` if it is no definition.
 * @throws {TypeError} If it can't be declared, or its format isn't known.
 * @throws {RangeError} For an id.
 */
export function declarationOf(
  given: InterfaceDefinition,
  formats: readonly Format[],
): ResolvedDeclaration<ServiceDeclarations, StreamDeclarations> {
  const definition = checkedDefinition(given);
  const { name, doc, hidden, extensions, services, streams } = definition;
  const declaration = {
    ...{ name, doc, hidden, extensions },
    format: formatOf(definition, formats),
    services: byName(services, (service) => ({
      ...itemOf(service),
      request: bodyOf(service.request),
      response: bodyOf(service.response),
      requestUpdates: byName(service.requestUpdates, (update) => ({
        ...itemOf(update),
        body: bodyOf(update.body),
        cancels: update.cancels === true,
      })),
      responseUpdates: byName(service.responseUpdates, (update) => ({
        ...itemOf(update),
        body: bodyOf(update.body),
      })),
      errors: errorsOf(service.errors),
      endless: service.endless === true,
      idempotent: service.idempotent === true,
    })),
    streams: byName(streams, (stream) => ({
      ...itemOf(stream),
      from: stream.from,
      body: bodyOf(stream.body),
    })),
    errors: errorsOf(definition.errors),
  };
  checkDeclaration(declaration);
  return declaration;
}

function formatOf(
  { name, format: wanted }: InterfaceDefinition,
  formats: readonly Format[],
): Format {
  const known = [...formats, ...FORMATS];
  const format = known.find(({ name }) => name === wanted);
  if (format !== undefined) return format;
  const names = known.map(({ name }) => name).join(", ");
  throw new TypeError(
    `The format of ${name} is ${wanted}, but only ${names} are known: give it with formats`,
  );
}

function errorsOf(errors: InterfaceDefinition["errors"]): ErrorDeclarations {
  return byName(errors, ({ doc, hidden, body }) => ({
    ...{ doc, hidden },
    body: bodyOf(body),
  }));
}

function itemOf({ id, doc, hidden }: ItemDefinition): ItemDeclaration {
  return { id, doc, hidden };
}

function byName<T extends { readonly name: string }, D>(
  items: readonly T[],
  declare: (item: T) => D,
): Record<string, D> {
  const names = new Set(items.map(({ name }) => name));
  if (names.size < items.length) {
    throw new TypeError("The definition has a name twice in one list");
  }
  return Object.fromEntries(items.map((item) => [item.name, declare(item)]));
}

function bodyOf(
  { kind, typeName, schema }: BodyDefinition,
): BodySchema | undefined {
  switch (kind) {
    case "nothing":
      return undefined;
    case "value":
      return schema === undefined
        ? new BodyKind(kind, typeName)
        : new DescribedBody(schema, jsonSchemaValidator(schema));
    case "bytes":
    case "peer":
      return new BodyKind(kind, typeName);
    default:
      throw new TypeError(`There is no kind of body ${JSON.stringify(kind)}`);
  }
}
