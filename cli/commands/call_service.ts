import type { PeerHandle } from "../../peer/handles/peer_handle.ts";
import type { Body } from "../../protocol/body.ts";
import { TypedSentRequest } from "../../interface/client/typed_sent_request.ts";
import { dropDescriptors } from "../drop_descriptors.ts";
import type { ServiceDeclaration } from "../../interface/declare/declaration.ts";
import type {
  InterfaceDefinition,
  ServiceDefinition,
} from "../../interface/declare/definition.ts";
import { fromDefinition } from "../../interface/dynamic/from_definition.ts";
import { usageError } from "../exit_code.ts";
import type { CliIo } from "../cli_io.ts";
import { servedService } from "../served_item.ts";
import { bodyValue } from "../request_body.ts";
import type { CallScope } from "../call_scope.ts";

/** Calls a service of an interface. Gives the value of the response. */
export async function callService(
  peer: PeerHandle<Body, unknown>,
  name: string,
  scope: CallScope,
): Promise<unknown> {
  const { options, io, request } = scope;
  const { definition, item, fullName: what } = await servedService(
    peer,
    name,
    options,
    io,
  );
  const value = withDescriptors(what, item, scope, definition.format);
  const updates = options.send.map((text) =>
    readUpdate(text, item, definition)
  );
  const client = fromDefinition(withExtensions(definition, scope)).client(peer);
  const { timeout, metadata, signal } = request;
  const method = client[item.name] as unknown as (
    ...args: unknown[]
  ) => Promise<unknown>;
  const given = { timeout, metadata, signal };
  const called = item.request.kind === "nothing"
    ? await method(given)
    : await method(value, given);
  const response = called instanceof TypedSentRequest
    ? await follow(called, { updates, item }, scope)
    : called;
  return item.response.kind === "peer"
    ? bytesOf(response as Body, io)
    : response;
}

/** The value of the request, with the descriptors that go with it. */
function withDescriptors(
  what: string,
  { request }: ServiceDefinition,
  { body, fds }: CallScope,
  format: string,
): unknown {
  if (fds.length === 0) return bodyValue(what, request, body, format);
  if (request.kind !== "peer") {
    throw usageError(`The body of ${what} carries no descriptors`);
  }
  return { data: body ?? new Uint8Array(), fds };
}

/** The body of a transport without its descriptors. */
function bytesOf(body: Body, io: CliIo): Uint8Array {
  dropDescriptors(body, io);
  return body.data;
}

async function follow(
  sent: TypedSentRequest<ServiceDeclaration>,
  { updates, item }: {
    readonly updates: readonly Update[];
    readonly item: ServiceDefinition;
  },
  { onUpdate, io }: CallScope,
): Promise<unknown> {
  using request = sent;
  for (const { name, args } of updates) {
    const send = request.send[name] as (...args: unknown[]) => Promise<void>;
    await send(...args);
  }
  const carriers = new Set(
    item.responseUpdates.filter(({ body }) => body.kind === "peer")
      .map(({ name }) => name),
  );
  for await (const { name, body } of request.updates()) {
    onUpdate(name, carriers.has(name) ? bytesOf(body as Body, io) : body);
  }
  return await request.response();
}

interface Update {
  readonly name: string;
  /** Its body, if it has one. */
  readonly args: readonly unknown[];
}

/** An update of a service: `NAME`, or `NAME=JSON`. */
function readUpdate(
  text: string,
  { name: service, requestUpdates }: ServiceDefinition,
  { format }: InterfaceDefinition,
): Update {
  const [, name, json] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  const update = requestUpdates.find((update) => update.name === name);
  if (update === undefined) {
    const names = requestUpdates.map(({ name }) => name).join(", ");
    throw usageError(
      `${service} takes no update ${name ?? text}, only ${names || "none"}`,
    );
  }
  const bytes = json === undefined ? null : new TextEncoder().encode(json);
  const what = `the update ${update.name}`;
  const value = bodyValue(what, update.body, bytes, format);
  const isNothing = update.body.kind === "nothing";
  return { name: update.name, args: isNothing ? [] : [value] };
}

function withExtensions(
  definition: InterfaceDefinition,
  { request: { extensions } }: CallScope,
): InterfaceDefinition {
  return extensions === undefined ? definition : { ...definition, extensions };
}
