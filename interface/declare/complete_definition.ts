import type {
  InterfaceDefinition,
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
