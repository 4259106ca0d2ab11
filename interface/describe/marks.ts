import type {
  InterfaceDefinition,
  ItemDefinition,
  RequestUpdateDefinition,
} from "../declare/definition.ts";

/** What stands beside the id of an item. */
export function marks(
  { hidden, cancels }:
    & ItemDefinition
    & Pick<RequestUpdateDefinition, "cancels">,
): string[] {
  return [
    ...(cancels ? ["cancels the request"] : []),
    ...(hidden ? ["hidden"] : []),
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
