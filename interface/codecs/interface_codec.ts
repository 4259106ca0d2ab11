import type {
  MessageDeclarations,
  ServiceDeclaration,
  ServiceDeclarations,
} from "../declare/declaration.ts";
import type { Format } from "../formats/format.ts";
import { BodyCodec } from "./body_codec.ts";

/** A stream message or an update. */
export interface MessageCodec {
  readonly name: string;
  readonly id: number;
  readonly body: BodyCodec;
}

/** Stream messages, or the updates of a service in one direction. */
export interface MessageCodecs {
  readonly byId: ReadonlyMap<number, MessageCodec>;
  readonly byName: ReadonlyMap<string, MessageCodec>;
  /** What they are called in errors: "stream message" or "update of ...". */
  readonly what: string;
}

/** A service. */
export interface ServiceCodec {
  readonly name: string;
  readonly id: number;
  readonly request: BodyCodec;
  readonly response: BodyCodec;
  readonly requestUpdates: MessageCodecs;
  readonly responseUpdates: MessageCodecs;
}

/** What clients and servers of an interface in a format look things up in. */
export class InterfaceCodec {
  /** Services by id. */
  readonly services: Map<number, ServiceCodec> = new Map();
  /** The stream messages. */
  readonly streams: MessageCodecs;

  /** Makes a codec of a declaration that has been checked. */
  constructor(
    services: ServiceDeclarations,
    streams: MessageDeclarations,
    format: Format,
  ) {
    for (const [name, declaration] of Object.entries(services)) {
      const codec = serviceCodec(name, declaration, format);
      this.services.set(codec.id, codec);
    }
    this.streams = messageCodecs("stream message", streams, format);
  }
}

function serviceCodec(
  name: string,
  declaration: ServiceDeclaration,
  format: Format,
): ServiceCodec {
  const { id, request, response, requestUpdates, responseUpdates } =
    declaration;
  return {
    name,
    id,
    request: new BodyCodec(`the request ${name}`, request, format),
    response: new BodyCodec(`the response to ${name}`, response, format),
    requestUpdates: messageCodecs(
      `request update of ${name}`,
      requestUpdates,
      format,
    ),
    responseUpdates: messageCodecs(
      `response update of ${name}`,
      responseUpdates,
      format,
    ),
  };
}

function messageCodecs(
  what: string,
  declarations: MessageDeclarations = {},
  format: Format,
): MessageCodecs {
  const byId = new Map<number, MessageCodec>();
  const byName = new Map<string, MessageCodec>();
  for (const [name, { id, body }] of Object.entries(declarations)) {
    const codec = {
      name,
      id,
      body: new BodyCodec(`the ${what} ${name}`, body, format),
    };
    byId.set(id, codec);
    byName.set(name, codec);
  }
  return { byId, byName, what };
}
