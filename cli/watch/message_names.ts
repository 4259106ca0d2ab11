import type {
  BodyDefinition,
  InterfaceDefinition,
  MessageDefinition,
  ServiceDefinition,
} from "../../interface/declare/definition.ts";
import { declarationOf } from "../../interface/dynamic/declaration_of.ts";
import type { Format } from "../../interface/formats/format.ts";
import { type MessageHeader, MessageType } from "../../protocol/header.ts";
import { reservedId } from "../../protocol/service_id.ts";
import type { Side } from "../capture/trace_event.ts";
import type { SeenRequest } from "./request_table.ts";

/** What a message is called, and how its body is read. */
export interface NamedMessage {
  /** The service or stream: its name with that of the interface, or its id. */
  readonly name: string;
  /** The update: its name or id; null if it is none. */
  readonly update: string | null;
  /** The body that is declared; null if that isn't known. */
  readonly body: BodyDefinition | null;
  /** What decodes it; null if that isn't known. */
  readonly format: Format | null;
}

/** A service with what it belongs to. */
interface Known<T> {
  readonly owner: string;
  readonly format: Format;
  readonly item: T;
}

const NOTHING: BodyDefinition = { kind: "nothing" };

/** What peers of this library send each other. */
const RESERVED: Readonly<Record<number, string>> = {
  [reservedId.PING]: "ping",
  [reservedId.DESCRIBE]: "describe",
  [reservedId.STATS]: "stats",
  [reservedId.METADATA]: "metadata",
  [reservedId.CANCEL]: "cancel",
  [reservedId.SIGN_OF_LIFE]: "sign-of-life",
};

/** Names messages by the interfaces of the server. */
export class MessageNames {
  readonly #services = new Map<number, Known<ServiceDefinition>>();
  readonly #streams = new Map<string, Known<MessageDefinition>>();

  /**
   * Takes interfaces in.
   *
   * @throws {TypeError} If the format of one isn't known.
   */
  constructor(interfaces: readonly InterfaceDefinition[]) {
    for (const definition of interfaces) {
      const { format } = declarationOf(definition, []);
      const owner = definition.name;
      for (const item of definition.services) {
        this.#services.set(item.id, { owner, format, item });
      }
      for (const item of definition.streams) {
        this.#streams.set(`${item.from} ${item.id}`, { owner, format, item });
      }
    }
  }

  /** What a message is called; `request` is what it belongs to. */
  of(
    from: Side,
    { type, serviceId }: MessageHeader,
    request: SeenRequest | null,
  ): NamedMessage {
    if (type === MessageType.Stream) return this.#stream(from, serviceId);
    const service = request?.from === "client"
      ? this.#services.get(request.serviceId)
      : undefined;
    const name = this.#nameOf(service, request?.serviceId);
    const format = service?.format ?? null;
    switch (type) {
      case MessageType.Request:
        return named(name, null, service?.item.request, format);
      case MessageType.Response:
        return named(name, null, service?.item.response, format);
    }
    const updates = type === MessageType.RequesterUpdate
      ? service?.item.requestUpdates
      : service?.item.responseUpdates;
    const update = updates?.find(({ id }) => id === serviceId);
    const called = update?.name ?? idText(serviceId);
    return named(name, called, update?.body, format);
  }

  #stream(from: Side, id: number): NamedMessage {
    const stream = this.#streams.get(`${from} ${id}`);
    const body = id === reservedId.SIGN_OF_LIFE ? NOTHING : stream?.item.body;
    return named(
      this.#nameOf(stream, id),
      null,
      body,
      stream?.format ?? null,
    );
  }

  #nameOf(
    known: Known<{ readonly name: string }> | undefined,
    id: number | undefined,
  ): string {
    if (known !== undefined) return `${known.owner}.${known.item.name}`;
    return id === undefined ? "?" : idText(id);
  }
}

function named(
  name: string,
  update: string | null,
  body: BodyDefinition | undefined,
  format: Format | null,
): NamedMessage {
  return { name, update, body: body ?? null, format };
}

function idText(id: number): string {
  return RESERVED[id] ?? String(id);
}
