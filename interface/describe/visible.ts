import type {
  InterfaceDefinition,
  ItemDefinition,
  ServiceDefinition,
} from "../declare/definition.ts";

/** The options of `renderMarkdown` and `renderHtml`. */
export interface RenderOptions {
  /** Whether hidden items are shown too. Default: false. */
  hidden?: boolean | undefined;
}

/** Leaves out what is hidden, unless it is asked for. */
export function visible(
  given: InterfaceDefinition,
  { hidden = false }: RenderOptions,
): InterfaceDefinition {
  const definition = withErrors(given);
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

/** Documents that were written before there were errors have none. */
function withErrors(definition: WithoutErrors): InterfaceDefinition {
  const { services, errors = [], extensions = false } = definition;
  return {
    ...definition,
    extensions,
    services: services.map((service) => ({ errors: [], ...service })),
    errors,
  };
}

interface WithoutErrors
  extends Omit<InterfaceDefinition, "errors" | "extensions" | "services"> {
  readonly extensions?: boolean;
  readonly services:
    readonly (Omit<ServiceDefinition, "errors"> & Partial<ServiceDefinition>)[];
  readonly errors?: InterfaceDefinition["errors"];
}
