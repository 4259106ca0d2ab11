import { completeDefinition } from "./complete_definition.ts";
import type { InterfaceDefinition, ItemDefinition } from "./definition.ts";

/** Leaves out what is hidden, unless it is asked for. */
export function visible(
  given: InterfaceDefinition,
  { hidden = false }: { readonly hidden?: boolean | undefined },
): InterfaceDefinition {
  const definition = completeDefinition(given);
  if (hidden) return definition;
  const shown = <T extends Pick<ItemDefinition, "hidden">>(
    items: readonly T[],
  ): T[] => items.filter((item) => !item.hidden);
  return {
    ...definition,
    services: shown(definition.services).map((service) => ({
      ...service,
      requestUpdates: shown(service.requestUpdates),
      responseUpdates: shown(service.responseUpdates),
      errors: shown(service.errors),
    })),
    streams: shown(definition.streams),
    errors: shown(definition.errors),
  };
}
