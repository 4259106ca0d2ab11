import type { InterfaceDefinition } from "../interface/declare/definition.ts";
import { usageError } from "./exit_code.ts";

/** An item of an interface, and the interface. */
export interface FoundItem<T> {
  /** The interface. */
  readonly definition: InterfaceDefinition;
  /** The service or stream. */
  readonly item: T;
}

/**
 * Finds a service or a stream by its name with that of the interface, as in
 * `Camera.record`, or by its name alone if only one interface has it.
 *
 * @throws {CliError} If there is none, or more than one.
 */
export function findItem<T extends { readonly name: string }>(
  what: string,
  name: string,
  interfaces: readonly InterfaceDefinition[],
  itemsOf: (definition: InterfaceDefinition) => readonly T[],
): FoundItem<T> {
  const all = interfaces.flatMap((definition) =>
    itemsOf(definition).map((item) => ({ definition, item }))
  );
  const fullName = ({ definition, item }: FoundItem<T>): string =>
    `${definition.name}.${item.name}`;
  const found = all.filter((one) =>
    fullName(one) === name || one.item.name === name
  );
  if (found.length === 1) return found[0]!;
  const names = (found.length > 1 ? found : all).map(fullName).join(", ");
  throw usageError(
    found.length > 1
      ? `${name} is in more than one interface: ${names}`
      : `There is no ${what} ${name}, only ${names || "none"}`,
  );
}
