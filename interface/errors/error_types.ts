import type { MessageSchema } from "../declare/body_types.ts";
import type { ServicesWithErrors } from "../declare/checked_errors.ts";
import type { ErrorDeclarations } from "../declare/declaration.ts";
import type { DeclaredErrorClass } from "./declared_error.ts";

/** The classes of declared errors by name. */
export type ErrorClasses<E> = {
  readonly [K in keyof E & string]: DeclaredErrorClass<
    K,
    MessageSchema<E[K]>
  >;
};

/** The classes of the errors of a service by name. */
export type ServiceErrorClasses<D> = D extends
  { readonly errors: infer E extends ErrorDeclarations } ? ErrorClasses<E>
  : ErrorClasses<Record<never, never>>;

/**
 * The classes of the errors of an interface: its own by name, and those of a service
 * below the name of that.
 */
export type InterfaceErrors<S, E> =
  & ErrorClasses<E>
  & {
    readonly [K in ServicesWithErrors<S>]: ServiceErrorClasses<S[K]>;
  };
