import type {
  InterfaceDefinition,
  ItemDefinition,
  ServiceDefinition,
  StreamDefinition,
} from "./definition.ts";

/** A definition in a document that was written before all of its members existed. */
interface OlderDefinition extends
  Omit<
    InterfaceDefinition,
    "extensions" | "services" | "streams" | "errors"
  > {
  readonly extensions?: boolean;
  readonly services: readonly Older<ServiceDefinition, "errors">[];
  readonly streams: readonly Older<StreamDefinition, "from">[];
  readonly errors?: InterfaceDefinition["errors"];
}

type Older<T, Later extends keyof T> = Omit<T, Later> & Partial<Pick<T, Later>>;

/** Adds the members that were left out because there was no such thing yet. */
export function completeDefinition(
  definition: OlderDefinition,
): InterfaceDefinition {
  const { extensions = false, services, streams, errors = [] } = definition;
  return {
    ...definition,
    extensions,
    services: services.map((service) => ({
      ...service,
      errors: service.errors ?? [],
    })),
    streams: streams.map((stream) => ({
      ...stream,
      from: stream.from ?? "client",
    })),
    errors,
  };
}

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
