import { errorText } from "../../internal/errors.ts";
import { isBodyKind } from "./body_kind.ts";
import type {
  BodySchema,
  ErrorDeclarations,
  ItemDeclaration,
  MessageDeclarations,
  RequestUpdateDeclarations,
  ResolvedDeclaration,
  ServiceDeclarations,
  StreamDeclarations,
} from "./declaration.ts";
import type { StandardSchemaProps } from "./standard_schema.ts";

/** An interface as plain data, which can be written as JSON. */
export interface InterfaceDefinition {
  /** The name of the interface. */
  readonly name: string;
  /** What it is for; Markdown, or empty. */
  readonly doc: string;
  /** Whether descriptions leave it out, unless asked for. */
  readonly hidden: boolean;
  /** Whether both sides are peers of this library. */
  readonly extensions: boolean;
  /** The name of the format of its bodies. */
  readonly format: string;
  /** The services, in the order declared. */
  readonly services: readonly ServiceDefinition[];
  /** The stream messages, in the order declared. */
  readonly streams: readonly StreamDefinition[];
  /** The errors that every service may answer with, in the order declared. */
  readonly errors: readonly ErrorDefinition[];
}

/** What services, updates and stream messages have in common. */
export interface ItemDefinition {
  /** The name in the declaration. */
  readonly name: string;
  /** The id on the wire. */
  readonly id: number;
  /** What it is for; Markdown, or empty. */
  readonly doc: string;
  /** Whether descriptions leave it out, unless asked for. */
  readonly hidden: boolean;
}

/** A service. */
export interface ServiceDefinition extends ItemDefinition {
  /** The body of the request. */
  readonly request: BodyDefinition;
  /** The body of the response. */
  readonly response: BodyDefinition;
  /** What the requester may send while the request is open. */
  readonly requestUpdates: readonly RequestUpdateDefinition[];
  /** What the responder may send while the request is open. */
  readonly responseUpdates: readonly MessageDefinition[];
  /** What it answers with besides the errors of the interface. */
  readonly errors: readonly ErrorDefinition[];
  /** Present where its requests have no end of their own, so that draining cancels them. */
  readonly endless?: true;
  /** Present where a request may run twice without harm, so that a link makes it again. */
  readonly idempotent?: true;
}

/** A declared error. */
export interface ErrorDefinition {
  /** The name in the declaration, which is its reason on the wire. */
  readonly name: string;
  /** When a service answers with it; Markdown, or empty. */
  readonly doc: string;
  /** Whether descriptions leave it out, unless asked for. */
  readonly hidden: boolean;
  /** What it says besides its message: JSON, whatever the format of the interface. */
  readonly body: BodyDefinition;
}

/** An update or a stream message. */
export interface MessageDefinition extends ItemDefinition {
  /** Its body. */
  readonly body: BodyDefinition;
}

/** An update of the requester. */
export interface RequestUpdateDefinition extends MessageDefinition {
  /** Whether it cancels the request; left out where it doesn't. */
  readonly cancels?: true;
}

/** A stream message. */
export interface StreamDefinition extends MessageDefinition {
  /** Who sends it. */
  readonly from: "client" | "server";
}

/** A body. */
export interface BodyDefinition {
  /**
   * - `nothing`: no body; null in the format of the interface
   * - `value`: a value in the format of the interface
   * - `bytes`: plain bytes
   * - `peer`: the body of the transport, with its descriptors
   */
  readonly kind: "nothing" | "value" | "bytes" | "peer";
  /** What the type is called, where it has a name. */
  readonly typeName?: string;
  /** The JSON Schema (draft 2020-12) of what is sent, where the schema library gives one. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Why the schema library gives none, where it was asked and failed. */
  readonly schemaError?: string;
}

/** What a schema has that follows Standard JSON Schema, version 1. */
interface WithJsonSchema extends StandardSchemaProps {
  readonly jsonSchema?: {
    input(options: { readonly target: string }): Record<string, unknown>;
  };
}

/** Describes a declaration. */
export function definitionOf(
  declaration: ResolvedDeclaration<
    ServiceDeclarations,
    StreamDeclarations
  >,
): InterfaceDefinition {
  const { name, doc, hidden, extensions, format, services, streams } =
    declaration;
  return {
    name,
    doc,
    hidden,
    extensions,
    format: format.name,
    services: Object.entries(services).map(([name, service]) => ({
      ...itemOf(name, service),
      request: bodyOf(service.request),
      response: bodyOf(service.response),
      requestUpdates: requestUpdatesOf(service.requestUpdates),
      responseUpdates: messagesOf(service.responseUpdates),
      errors: errorsOf(service.errors),
      ...(service.endless && { endless: true }),
      ...(service.idempotent && { idempotent: true }),
    })),
    streams: Object.entries(streams).map(([name, stream]) => ({
      ...itemOf(name, stream),
      from: stream.from ?? "client",
      body: bodyOf(stream.body),
    })),
    errors: errorsOf(declaration.errors),
  };
}

function messagesOf(messages: MessageDeclarations = {}): MessageDefinition[] {
  return Object.entries(messages).map(([name, message]) => ({
    ...itemOf(name, message),
    body: bodyOf(message.body),
  }));
}

function requestUpdatesOf(
  updates: RequestUpdateDeclarations = {},
): RequestUpdateDefinition[] {
  return messagesOf(updates).map((update) =>
    updates[update.name]!.cancels ? { ...update, cancels: true } : update
  );
}

function errorsOf(errors: ErrorDeclarations = {}): ErrorDefinition[] {
  return Object.entries(errors).map(([name, { doc, hidden, body }]) => ({
    name,
    doc: doc ?? "",
    hidden: !!hidden,
    body: bodyOf(body),
  }));
}

function itemOf(name: string, item: ItemDeclaration): ItemDefinition {
  return { name, id: item.id, doc: item.doc ?? "", hidden: !!item.hidden };
}

function bodyOf(body: BodySchema | undefined): BodyDefinition {
  if (body === undefined) return { kind: "nothing" };
  if (isBodyKind(body)) {
    const { kind, typeName } = body;
    return typeName === undefined ? { kind } : { kind, typeName };
  }
  const props: WithJsonSchema = body["~standard"];
  if (props.jsonSchema === undefined) return { kind: "value" };
  try {
    const schema = props.jsonSchema.input({ target: "draft-2020-12" });
    const { title } = schema;
    return typeof title === "string"
      ? { kind: "value", typeName: title, schema }
      : { kind: "value", schema };
  } catch (error) {
    // Not all that a library can check has a JSON Schema.
    return { kind: "value", schemaError: errorText(error) };
  }
}
