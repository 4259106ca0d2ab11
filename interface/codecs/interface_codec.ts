import type { Body, BodyInput } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { type Codec, codecOf } from "./schema_codec.ts";
import type {
  BodySchema,
  MessageDeclarations,
  ServiceDeclaration,
  ServiceDeclarations,
} from "../declare/declaration.ts";
import type { Format } from "../formats/format.ts";
import { undecodable, unencodable } from "./invalid_message_error.ts";

/** One body of an interface: what it is called in errors, and how it is made and read. */
export class BodyPlan {
  readonly #what: string;
  readonly #codec: Codec;
  /** Whether there is a body to be given by who sends it. */
  readonly isNothing: boolean;

  /** Makes a plan for a body. */
  constructor(what: string, schema: BodySchema | undefined, format: Format) {
    this.#what = what;
    this.#codec = codecOf(schema, format);
    this.isNothing = schema === undefined;
  }

  /**
   * Makes a body.
   *
   * @throws {RpcError} `encode-failed`.
   */
  encode(value: unknown): BodyInput {
    try {
      return this.#codec.encode(value);
    } catch (error) {
      throw unencodable(this.#what, error);
    }
  }

  /**
   * Reads a body: gives a value, or a promise where the schema is asynchronous.
   * `received` is asked for the message only if it is invalid.
   *
   * @throws {InvalidMessageError} At once, or by rejecting.
   */
  decode(body: Body, received: () => Message<Body>): unknown {
    try {
      const value = this.#codec.decode(body);
      if (value instanceof Promise) return this.#later(value, body, received);
      this.#codec.release(body);
      return value;
    } catch (error) {
      throw undecodable(this.#what, received(), error);
    }
  }

  async #later(
    value: Promise<unknown>,
    body: Body,
    received: () => Message<Body>,
  ): Promise<unknown> {
    try {
      const valid = await value;
      this.#codec.release(body);
      return valid;
    } catch (error) {
      throw undecodable(this.#what, received(), error);
    }
  }
}

/** A stream message or an update. */
export interface MessagePlan {
  readonly name: string;
  readonly id: number;
  readonly body: BodyPlan;
}

/** Stream messages, or the updates of a service in one direction. */
export interface MessageTable {
  readonly byId: ReadonlyMap<number, MessagePlan>;
  readonly byName: ReadonlyMap<string, MessagePlan>;
  /** What they are called in errors: "stream message" or "update of ...". */
  readonly what: string;
}

/** A service. */
export interface ServicePlan {
  readonly name: string;
  readonly id: number;
  readonly request: BodyPlan;
  readonly response: BodyPlan;
  readonly requestUpdates: MessageTable;
  readonly responseUpdates: MessageTable;
}

/** What clients and servers of an interface in a format look things up in. */
export class Plan {
  /** Services by id. */
  readonly services: Map<number, ServicePlan> = new Map();
  /** The stream messages. */
  readonly streams: MessageTable;

  /** Makes a plan of a declaration that has been checked. */
  constructor(
    services: ServiceDeclarations,
    streams: MessageDeclarations,
    format: Format,
  ) {
    for (const [name, declaration] of Object.entries(services)) {
      const plan = servicePlan(name, declaration, format);
      this.services.set(plan.id, plan);
    }
    this.streams = messageTable("stream message", streams, format);
  }
}

function servicePlan(
  name: string,
  declaration: ServiceDeclaration,
  format: Format,
): ServicePlan {
  const { id, request, response, requestUpdates, responseUpdates } =
    declaration;
  return {
    name,
    id,
    request: new BodyPlan(`the request ${name}`, request, format),
    response: new BodyPlan(`the response to ${name}`, response, format),
    requestUpdates: messageTable(
      `request update of ${name}`,
      requestUpdates,
      format,
    ),
    responseUpdates: messageTable(
      `response update of ${name}`,
      responseUpdates,
      format,
    ),
  };
}

function messageTable(
  what: string,
  declarations: MessageDeclarations = {},
  format: Format,
): MessageTable {
  const byId = new Map<number, MessagePlan>();
  const byName = new Map<string, MessagePlan>();
  for (const [name, { id, body }] of Object.entries(declarations)) {
    const plan = {
      name,
      id,
      body: new BodyPlan(`the ${what} ${name}`, body, format),
    };
    byId.set(id, plan);
    byName.set(name, plan);
  }
  return { byId, byName, what };
}
