import {
  checkedValue,
  ValidationError,
} from "../../interface/codecs/validation_error.ts";
import type {
  BodyDefinition,
  InterfaceDefinition,
  MessageDefinition,
  ServiceDefinition,
} from "../../interface/declare/definition.ts";
import { jsonSchemaValidator } from "../../interface/dynamic/json_schema_validator.ts";
import type { CliIo } from "../cli_io.ts";
import { usageError } from "../exit_code.ts";
import { findItem } from "../find_item.ts";
import { bodyBytes, bodyValue } from "../request_body.ts";
import { sampleBody } from "./sample_body.ts";
import { NoSampleError } from "./sample_value.ts";

/** What a service answers. */
export interface Reply {
  /** The updates before the response. */
  readonly updates: readonly {
    readonly name: string;
    readonly value: unknown;
  }[];
  /** The response; a text where there is none. */
  readonly response: { readonly value: unknown } | { readonly missing: string };
}

/** The replies by the full name of the service. */
export type Replies = ReadonlyMap<string, Reply>;

/** The replies as they stand on the command line. */
export interface ReplyOptions {
  /** Responses, each as `NAME=VALUE`. */
  readonly reply: readonly string[];
  /** Updates, each as `NAME.UPDATE=VALUE`. */
  readonly update: readonly string[];
}

/**
 * The replies of all services: those that are given, else values made of what is
 * declared.
 *
 * @throws {CliError} If one that is given fits nothing.
 */
export async function repliesOf(
  interfaces: readonly InterfaceDefinition[],
  { reply, update }: ReplyOptions,
  io: CliIo,
): Promise<Replies> {
  const given = new Map<ServiceDefinition, unknown>();
  const updates = new Map<ServiceDefinition, Reply["updates"]>();
  const find = (name: string) =>
    findItem("service", name, interfaces, ({ services }) => services);
  for (const text of reply) {
    const [name, source] = nameAndValue(text, "--reply");
    const { definition, item } = find(name);
    const what = `--reply ${name}`;
    given.set(
      item,
      await readValue(what, item.response, source, definition, io),
    );
  }
  for (const text of update) {
    const [path, source] = nameAndValue(text, "--update");
    const at = path.lastIndexOf(".");
    const { definition, item } = find(path.slice(0, Math.max(at, 0)));
    const { body, name } = updateOf(item, path.slice(at + 1));
    const what = `--update ${path}`;
    const value = await readValue(what, body, source, definition, io);
    updates.set(item, [...updates.get(item) ?? [], { name, value }]);
  }
  return new Map(
    interfaces.flatMap(({ name: owner, services }) =>
      services.map((service) => {
        const name = `${owner}.${service.name}`;
        const reply: Reply = {
          updates: updates.get(service) ?? [],
          response: given.has(service)
            ? { value: given.get(service) }
            : sampleOf(name, service),
        };
        return [name, reply] as const;
      })
    ),
  );
}

function sampleOf(
  name: string,
  { response }: ServiceDefinition,
): Reply["response"] {
  try {
    return { value: sampleBody(response) };
  } catch (error) {
    if (!(error instanceof NoSampleError)) throw error;
    return {
      missing:
        `No value can be made for the response of ${name}, as ${error.message}: give --reply ${name}=JSON`,
    };
  }
}

function nameAndValue(text: string, option: string): [string, string | null] {
  const at = text.indexOf("=");
  if (at === 0) throw usageError(`${option} takes NAME=VALUE, got ${text}`);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

async function readValue(
  what: string,
  body: BodyDefinition,
  source: string | null,
  { format }: InterfaceDefinition,
  io: CliIo,
): Promise<unknown> {
  // No JSON begins with it.
  const data = source?.startsWith("@") ? source : undefined;
  const argument = data === undefined ? source ?? undefined : undefined;
  const value = bodyValue(
    what,
    body,
    await bodyBytes({ argument, data }, io),
    format,
  );
  if (body.schema === undefined) return value;
  try {
    return checkedValue(jsonSchemaValidator(body.schema)(value));
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw usageError(`${what}: ${error.message}`);
  }
}

function updateOf(
  { name: service, responseUpdates }: ServiceDefinition,
  name: string,
): MessageDefinition {
  const found = responseUpdates.find((update) => update.name === name);
  if (found !== undefined) return found;
  const names = responseUpdates.map(({ name }) => name).join(", ");
  throw usageError(
    `${service} sends no update ${name}, only ${names || "none"}`,
  );
}
