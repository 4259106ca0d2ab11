import type {
  BodyDefinition,
  InterfaceDefinition,
} from "../declare/definition.ts";
import { isRustType } from "./is_rust_type.ts";
import { RAW_BODY, RAW_BYTES, toUpperCamelCase } from "./names.ts";

/** Gives the types of bodies names that Rust can have, and no name to two of them. */
export class TypeNames {
  /** The titles that have a name; null where it is for one body only. */
  readonly #titles = new Map<string, string | null>([
    ["Self", null],
    [RAW_BYTES, null],
    [RAW_BODY, null],
  ]);

  /** Keeps the titles of an interface that are types as they stand. */
  constructor(definition: InterfaceDefinition) {
    for (const { typeName } of bodiesOf(definition)) {
      if (typeName !== undefined && isKept(typeName)) {
        this.#titles.set(typeName, typeName);
      }
    }
  }

  /** The type of a value: what its title says, or else a name of its own. */
  of({ typeName }: BodyDefinition, otherwise: string): string {
    if (typeName !== undefined) {
      if (isKept(typeName)) return typeName;
      const made = toUpperCamelCase(typeName.replace(/\W+/g, "_"));
      if (/^[A-Z]\w*$/.test(made)) return this.#free(made, typeName);
    }
    return this.#free(toUpperCamelCase(otherwise), null);
  }

  #free(wanted: string, title: string | null): string {
    let name = wanted;
    for (let count = 2; !this.#isFree(name, title); count++) {
      name = `${wanted}${count}`;
    }
    this.#titles.set(name, title);
    return name;
  }

  #isFree(name: string, title: string | null): boolean {
    const owner = this.#titles.get(name);
    return owner === undefined || (owner !== null && owner === title);
  }
}

/** Whether a title is a type of Rust, and none that stands for a kind of body. */
function isKept(title: string): boolean {
  return title !== RAW_BYTES && title !== RAW_BODY && isRustType(title);
}

function bodiesOf(
  { services, streams, errors }: InterfaceDefinition,
): BodyDefinition[] {
  const owners = [...streams, ...errors];
  const bodies = services.flatMap((service) => {
    owners.push(...service.errors);
    const { request, response, requestUpdates, responseUpdates } = service;
    const updates = [...requestUpdates, ...responseUpdates];
    return [request, response, ...updates.map(({ body }) => body)];
  });
  return [...bodies, ...owners.map(({ body }) => body)]
    .filter(({ kind }) => kind === "value");
}
