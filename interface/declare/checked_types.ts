import type { CheckedCancels } from "./checked_cancels.ts";
import type { CheckedServiceErrors } from "./checked_errors.ts";
import type { RequestUpdatesOf, ResponseUpdatesOf } from "./body_types.ts";
import type {
  ItemDeclaration,
  MessageDeclaration,
  MessageDeclarations,
  RequestUpdateDeclaration,
  RequestUpdateDeclarations,
  ServiceDeclaration,
  ServiceDeclarations,
  StreamDeclaration,
  StreamDeclarations,
} from "./declaration.ts";
import type { IsI32, ReservedId, ShortId } from "./i32_literal.ts";
import type { OtherMembers, Wrong } from "./wrong.ts";

// What is wrong shows in the error as the type of the id or of the item. An id
// that is a plain `number` to the compiler is left to the check at run time.

/** @internal The names by id: two items with one id meet in a union. */
export type NamesById<T extends Items> = {
  readonly [K in keyof T as T[K]["id"]]: K;
};

/** @internal What has ids, by name. */
export interface Items {
  /** An item. */
  readonly [name: string]: ItemDeclaration;
}

/** @internal The id itself, or what is wrong with it. */
export type CheckedId<N extends number, Name, Names> = number extends N ? N
  : N extends -1 ? Wrong<"The id -1 is reserved for error responses">
  : N extends ReservedId
    ? Wrong<"Ids from -2147483648 to -2147483633 are reserved">
  : IsI32<N> extends false
    ? Wrong<"An id must be an integer from -2147483648 to 2147483647">
  // Asking for `keyof Names` would go through all of them for each one.
  : Names extends { readonly [P in N]: Name } ? N
  : Wrong<"The id is used twice">;

/** @internal Updates or, with `M`, stream messages, as they should be. */
export type CheckedMessages<
  T extends MessageDeclarations,
  M extends MessageDeclaration = MessageDeclaration,
  Names = NamesById<T>,
> = {
  readonly [K in keyof T]: T[K] extends M ?
      & { readonly id: CheckedId<T[K]["id"], K, Names> }
      & OtherMembers<T[K], keyof M>
    : M;
};

/** @internal Only what has updates may go on without an end. */
export type CheckedEndless<D extends ServiceDeclaration> = D extends
  { readonly endless: true } ? D extends
    | { readonly requestUpdates: MessageDeclarations }
    | { readonly responseUpdates: MessageDeclarations } ? unknown
  : { readonly endless: Wrong<"Only a service with updates may be endless"> }
  : unknown;

/** @internal A service, as it should be. */
export type CheckedService<D extends ServiceDeclaration, Name, Names> =
  & { readonly id: CheckedId<D["id"], Name, Names> }
  & OtherMembers<D, keyof ServiceDeclaration>
  & CheckedEndless<D>
  & (D extends
    { readonly requestUpdates: infer U extends RequestUpdateDeclarations } ? {
      readonly requestUpdates:
        & CheckedMessages<U, RequestUpdateDeclaration>
        & CheckedCancels<U>;
    }
    : unknown)
  & (D extends { readonly responseUpdates: infer U extends MessageDeclarations }
    ? { readonly responseUpdates: CheckedMessages<U> }
    : unknown)
  & CheckedServiceErrors<D>;

/**
 * @internal Services, as they should be. Checking one takes the compiler long, so those
 * that are plainly right are left out: most interfaces have no others.
 */
export type CheckedServices<
  S extends ServiceDeclarations,
  Names extends NamesOf = NamesById<S>,
  Checked extends keyof S = NotPlain<S, Names>,
> = [Checked] extends [never] ? unknown : {
  readonly [K in Checked]: K extends "then" ? Wrong<"The name then is reserved">
    : S[K] extends ServiceDeclaration ? CheckedService<S[K], K, Names>
    : ServiceDeclaration;
};

/** @internal Names by their ids. */
export interface NamesOf {
  /** By an id. */
  readonly [id: string]: unknown;
}

/** @internal A service that is not endless and has no errors of its own, as most. */
export interface PlainService extends ItemDeclaration {
  readonly endless?: false | undefined;
  readonly errors?: undefined;
}

/** @internal Whether an id may be used; not, if it isn't a literal. */
export type IsPlainId<N extends number> = `${N}` extends ShortId ? true
  : N extends -1 | ReservedId ? false
  : IsI32<N>;

/** @internal The names of the services that aren't plainly right. */
export type NotPlain<
  S extends ServiceDeclarations,
  Names extends NamesOf,
> = {
  readonly [K in keyof S]: S[K] extends PlainService
    ? keyof S[K] extends keyof ServiceDeclaration
      ? Names[S[K]["id"]] extends K
        ? IsPlainId<S[K]["id"]> extends true ? K extends "then" ? K
          : [NotPlainUpdates<S[K]>] extends [never] ? never
          : K
        : K
      : K
    : K
    : K;
}[keyof S];

/** @internal The names of the updates of a service that aren't plainly right. */
export type NotPlainUpdates<D extends ServiceDeclaration> =
  | NotPlainMessages<RequestUpdatesOf<D>>
  | NotPlainMessages<ResponseUpdatesOf<D>>;

/** @internal The names of the messages that aren't plainly right. */
export type NotPlainMessages<
  T extends MessageDeclarations,
  Names extends NamesOf = NamesById<T>,
> = {
  readonly [K in keyof T]: keyof T[K] extends keyof MessageDeclaration
    ? Names[T[K]["id"]] extends K
      ? IsPlainId<T[K]["id"]> extends true ? never : K
    : K
    : K;
}[keyof T];

/** @internal Stream messages that have no name of a service. */
export type CheckedStreams<S, T extends StreamDeclarations> =
  & CheckedMessages<T, StreamDeclaration>
  & {
    readonly [K in keyof T]: K extends keyof S
      ? Wrong<"A service has this name">
      : K extends "then" ? Wrong<"The name then is reserved">
      : unknown;
  };
