import type {
  InterfaceDefinition,
  ServiceDefinition,
  StreamDefinition,
} from "../interface/declare/definition.ts";
import type { PeerHandle } from "../peer/mod.ts";
import type { Body } from "../protocol/body.ts";
import type { CliIo } from "./cli_io.ts";
import { findItem, type FoundItem } from "./find_item.ts";
import { interfacesOf, type SourceOptions } from "./interface_source.ts";

/** A service or stream of a server. */
export interface ServedItem<T> extends FoundItem<T> {
  /** Its name with that of the interface, such as `Camera.record`. */
  readonly fullName: string;
}

/**
 * Finds a service of a server by its name. Hidden ones too, where the server tells of
 * them.
 *
 * @throws {CliError} If there is none, or more than one.
 */
export function servedService(
  peer: PeerHandle<Body, unknown>,
  name: string,
  options: SourceOptions,
  io: CliIo,
): Promise<ServedItem<ServiceDefinition>> {
  return served(peer, "service", name, options, io, (all) => all.services);
}

/**
 * Finds a stream of a server, as `servedService` finds a service.
 *
 * @throws {CliError} If there is none, or more than one.
 */
export function servedStream(
  peer: PeerHandle<Body, unknown>,
  name: string,
  options: SourceOptions,
  io: CliIo,
): Promise<ServedItem<StreamDefinition>> {
  return served(peer, "stream", name, options, io, (all) => all.streams);
}

async function served<T extends { readonly name: string }>(
  peer: PeerHandle<Body, unknown>,
  what: string,
  name: string,
  options: SourceOptions,
  io: CliIo,
  itemsOf: (definition: InterfaceDefinition) => readonly T[],
): Promise<ServedItem<T>> {
  const interfaces = await interfacesOf(peer, { ...options, hidden: true }, io);
  const found = findItem(what, name, interfaces, itemsOf);
  return { ...found, fullName: `${found.definition.name}.${found.item.name}` };
}
