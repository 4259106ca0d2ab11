import type {
  InterfaceDefinition,
  ItemDefinition,
} from "../declare/definition.ts";

/** The options of `renderMarkdown` and `renderHtml`. */
export interface RenderOptions {
  /** Whether hidden items are shown too. Default: false. */
  hidden?: boolean | undefined;
}

/** Leaves out what is hidden, unless it is asked for. */
export function visible(
  definition: InterfaceDefinition,
  { hidden = false }: RenderOptions,
): InterfaceDefinition {
  if (hidden) return definition;
  const shown = <T extends ItemDefinition>(items: readonly T[]): T[] =>
    items.filter((item) => !item.hidden);
  return {
    ...definition,
    services: shown(definition.services).map((service) => ({
      ...service,
      requestUpdates: shown(service.requestUpdates),
      responseUpdates: shown(service.responseUpdates),
    })),
    streams: shown(definition.streams),
  };
}
