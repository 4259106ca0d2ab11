import type {
  InterfaceDefinition,
  ItemDefinition,
  RequestUpdateDefinition,
  ServiceDefinition,
} from "../declare/definition.ts";

/** A service, an update, a stream message or an error, which has no id. */
export type Markable =
  & Pick<ItemDefinition, "name" | "hidden">
  & Partial<Pick<ItemDefinition, "id">>
  & Pick<RequestUpdateDefinition, "cancels">
  & Pick<ServiceDefinition, "endless" | "idempotent">;

/** What is written beside the name of an item. */
export function marks(
  { id, hidden, cancels, endless, idempotent }: Markable,
): string[] {
  return [
    ...(id === undefined ? [] : [`${id}`]),
    ...(cancels ? ["cancels the request"] : []),
    ...(hidden ? ["hidden"] : []),
    ...(endless ? ["endless"] : []),
    ...(idempotent ? ["idempotent"] : []),
  ];
}

/** Says how an interface is spoken. */
export function formatText(
  { format, extensions }: InterfaceDefinition,
): string {
  const bodies = `Bodies are ${format}.`;
  if (!extensions) return bodies;
  return `${bodies} Both sides are peers of this library.`;
}
