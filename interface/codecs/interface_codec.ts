import type {
  MessageDeclarations,
  ServiceDeclaration,
  ServiceDeclarations,
  StreamDeclarations,
} from "../declare/declaration.ts";
import type { Format } from "../formats/format.ts";
import type {
  DeclaredErrors,
  DeclaredErrorTypes,
} from "../errors/declared_errors.ts";
import { BodyCodec } from "./body_codec.ts";

/** A stream message or an update. */
export interface MessageCodec {
  readonly name: string;
  /** The name with that of its service or interface, as in `Camera.temperature` or `Camera.record.state`. */
  readonly fullName: string;
  readonly id: number;
  readonly body: BodyCodec;
}

/** Stream messages, or the updates of a service in one direction. */
export interface MessageCodecs {
  readonly byId: ReadonlyMap<number, MessageCodec>;
  readonly byName: ReadonlyMap<string, MessageCodec>;
  /** What they are called in errors: "stream message" or "request update of ...". */
  readonly what: string;
}

/** A service. */
export interface ServiceCodec {
  readonly name: string;
  /** The name of the interface. */
  readonly owner: string;
  /** The name with that of the interface, as in `Camera.record`. */
  readonly fullName: string;
  readonly id: number;
  readonly request: BodyCodec;
  readonly response: BodyCodec;
  readonly requestUpdates: MessageCodecs;
  readonly responseUpdates: MessageCodecs;
  /** Whether draining cancels its requests. */
  readonly endless: boolean;
  /** Whether a request may run twice without harm. */
  readonly idempotent: boolean;
  /** The request update that cancels; null if there is none. */
  readonly cancelUpdate: MessageCodec | null;
  /** The declared errors that it may answer with. */
  readonly errors: DeclaredErrorTypes;
  /** Whether the other side is known to be a peer of this library. */
  readonly extensions: boolean;
}

/** What services have of their interface. */
export interface InterfaceTerms {
  /** Whether both sides are peers of this library. */
  readonly extensions: boolean;
  /** The errors. */
  readonly errors: DeclaredErrors;
}

/** Whether a service has updates, in either direction. */
export function hasUpdates(
  { requestUpdates, responseUpdates }: ServiceCodec,
): boolean {
  return requestUpdates.byId.size + responseUpdates.byId.size > 0;
}

/** The codecs of all bodies of an interface, in one format. */
export class InterfaceCodec {
  /** Services by id. */
  readonly services: Map<number, ServiceCodec> = new Map();
  /** The stream messages of the client. */
  readonly streams: MessageCodecs;
  /** The stream messages of the server. */
  readonly serverStreams: MessageCodecs;

  /** Makes a codec of a declaration that has been checked. */
  constructor(
    name: string,
    services: ServiceDeclarations,
    streams: StreamDeclarations,
    format: Format,
    terms: InterfaceTerms,
  ) {
    for (const [key, declaration] of Object.entries(services)) {
      const codec = serviceCodec(name, key, declaration, format, terms);
      this.services.set(codec.id, codec);
    }
    const codecsFrom = (side: "client" | "server"): MessageCodecs => {
      const declared = Object.entries(streams)
        .filter(([, { from = "client" }]) => from === side);
      const messages = Object.fromEntries(declared);
      return messageCodecs("stream message", name, messages, format);
    };
    this.streams = codecsFrom("client");
    this.serverStreams = codecsFrom("server");
  }

  /** The codec of a stream of either side. */
  stream(name: string): MessageCodec {
    return (this.streams.byName.get(name) ??
      this.serverStreams.byName.get(name))!;
  }
}

function serviceCodec(
  owner: string,
  name: string,
  declaration: ServiceDeclaration,
  format: Format,
  { extensions, errors }: InterfaceTerms,
): ServiceCodec {
  const { id, request, response, responseUpdates } = declaration;
  const fullName = `${owner}.${name}`;
  const updateCodecs = (
    what: string,
    updates: MessageDeclarations | undefined,
  ): MessageCodecs => ({
    ...messageCodecs(what, fullName, updates, format),
    what: `${what} of ${name}`,
  });
  const requestUpdates = updateCodecs(
    "request update",
    declaration.requestUpdates,
  );
  return {
    name,
    owner,
    fullName,
    id,
    request: new BodyCodec(`the request ${name} of ${owner}`, request, format),
    response: new BodyCodec(
      `the response to ${name} of ${owner}`,
      response,
      format,
    ),
    requestUpdates,
    responseUpdates: updateCodecs("response update", responseUpdates),
    cancelUpdate: cancelUpdate(declaration, requestUpdates),
    errors: errors.of(name),
    extensions,
    endless: declaration.endless ?? false,
    idempotent: declaration.idempotent ?? false,
  };
}

function cancelUpdate(
  { requestUpdates = {} }: ServiceDeclaration,
  { byName }: MessageCodecs,
): MessageCodec | null {
  for (const [name, { cancels }] of Object.entries(requestUpdates)) {
    if (cancels) return byName.get(name) ?? null;
  }
  return null;
}

function messageCodecs(
  what: string,
  owner: string,
  declarations: MessageDeclarations = {},
  format: Format,
): MessageCodecs {
  const byId = new Map<number, MessageCodec>();
  const byName = new Map<string, MessageCodec>();
  for (const [name, { id, body }] of Object.entries(declarations)) {
    const fullName = `${owner}.${name}`;
    const codec = {
      name,
      fullName,
      id,
      body: new BodyCodec(`the ${what} ${name} of ${owner}`, body, format),
    };
    byId.set(id, codec);
    byName.set(name, codec);
  }
  return { byId, byName, what };
}
