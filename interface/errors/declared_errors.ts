import type {
  BodySchema,
  ErrorDeclarations,
  ServiceDeclarations,
} from "../declare/declaration.ts";
import { isInstance } from "../../internal/errors.ts";
import { DeclaredError } from "./declared_error.ts";

/** A declared error. */
export interface DeclaredErrorType {
  /** The name, which is its reason on the wire. */
  readonly name: string;
  /** What it is called in errors, as in `Camera.errors.record.busy`. */
  readonly fullName: string;
  /** The schema of its body; undefined if it has none. */
  readonly body: BodySchema | undefined;
  /** What it is an instance of. */
  readonly type: typeof DeclaredError;
}

/** The declared errors that a service may answer with, by name. */
export type DeclaredErrorTypes = ReadonlyMap<string, DeclaredErrorType>;

const NONE: DeclaredErrorTypes = new Map();

/** The classes of the errors of an interface, whose declaration has been checked. */
export class DeclaredErrors {
  /** What `errors` of the interface is. */
  readonly classes: Readonly<Record<string, unknown>>;
  readonly #common: DeclaredErrorTypes;
  readonly #ofServices = new Map<string, DeclaredErrorTypes>();

  /** Makes a class of each error. */
  constructor(
    name: string,
    services: ServiceDeclarations,
    errors: ErrorDeclarations,
  ) {
    this.#common = typesOf(`${name}.errors`, errors);
    const classes = classesOf(this.#common);
    for (const [service, { errors = {} }] of Object.entries(services)) {
      const own = typesOf(`${name}.errors.${service}`, errors);
      if (own.size === 0) continue;
      this.#ofServices.set(service, new Map([...this.#common, ...own]));
      classes[service] = Object.freeze(classesOf(own));
    }
    this.classes = Object.freeze(classes);
  }

  /** The errors that a service may answer with: its own, and those of the interface. */
  of(service: string): DeclaredErrorTypes {
    return this.#ofServices.get(service) ?? this.#common;
  }
}

/** What a service declares an error as; null if it doesn't. */
export function declaredTypeOf(
  error: DeclaredError,
  errors: DeclaredErrorTypes,
): DeclaredErrorType | null {
  const declared = errors.get(error.reason);
  if (declared === undefined) return null;
  return isInstance(error, declared.type) ? declared : null;
}

function typesOf(
  owner: string,
  errors: ErrorDeclarations,
): DeclaredErrorTypes {
  const entries = Object.entries(errors);
  if (entries.length === 0) return NONE;
  return new Map(entries.map(([name, { body }]) => [name, {
    name,
    fullName: `${owner}.${name}`,
    body,
    type: classOf(name, body !== undefined),
  }]));
}

function classesOf(types: DeclaredErrorTypes): Record<string, unknown> {
  // Names such as toString are none that the object has already.
  const classes: Record<string, unknown> = Object.create(null);
  for (const [name, { type }] of types) classes[name] = type;
  return classes;
}

function classOf(name: string, hasBody: boolean): typeof DeclaredError {
  // Made as a member, so that the class has the name of the error.
  const made = {
    [name]: class extends DeclaredError {
      constructor(...args: unknown[]) {
        const [data, message] = hasBody ? args : [undefined, ...args];
        super(`${message ?? name}`, { reason: name, data });
      }
    },
  };
  // What is received is made past this constructor.
  return made[name] as unknown as typeof DeclaredError;
}
