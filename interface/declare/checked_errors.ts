import type { ErrorReason } from "../../protocol/error.ts";
import type { ErrorDeclaration } from "./declaration.ts";
import type { OtherMembers, Wrong } from "./wrong.ts";

/** @internal Errors of one place, as they should be. */
export type CheckedErrors<E> = {
  readonly [K in keyof E]: K extends ErrorReason
    ? Wrong<"It is a reason that every service may answer with">
    : E[K] extends ErrorDeclaration ? OtherMembers<E[K], keyof ErrorDeclaration>
    : ErrorDeclaration;
};

/** @internal The errors of a service, as they should be. */
export type CheckedServiceErrors<D> = D extends
  { readonly errors: infer E extends object }
  ? { readonly errors: CheckedErrors<E> }
  : unknown;

/** @internal The names of the errors of all services. */
export type ServiceErrorNames<S> = {
  readonly [K in keyof S]: S[K] extends { readonly errors: infer E } ? keyof E
    : never;
}[keyof S];

/** @internal The names of the services that have errors. */
export type ServicesWithErrors<S> = {
  readonly [K in keyof S]: S[K] extends { readonly errors: infer E }
    ? [keyof E] extends [never] ? never : K
    : never;
}[keyof S];

/** @internal The errors of an interface, as they should be beside its services. */
export type CheckedInterfaceErrors<S, E> =
  & CheckedErrors<E>
  & {
    readonly [K in keyof E]: K extends ServicesWithErrors<S>
      ? Wrong<"A service with errors has this name">
      : K extends ServiceErrorNames<S>
        ? Wrong<"A service has an error of this name">
      : unknown;
  };
