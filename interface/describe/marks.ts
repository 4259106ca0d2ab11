import type {
  InterfaceDefinition,
  ItemDefinition,
  RequestUpdateDefinition,
  ServiceDefinition,
} from "../declare/definition.ts";

/** A service, an update or a stream message. */
export type Markable =
  & ItemDefinition
  & Pick<RequestUpdateDefinition, "cancels">
  & Pick<ServiceDefinition, "endless">;

/** What stands beside the id of an item. */
export function marks({ hidden, cancels, endless }: Markable): string[] {
  return [
    ...(cancels ? ["cancels the request"] : []),
    ...(hidden ? ["hidden"] : []),
    ...(endless ? ["endless"] : []),
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
