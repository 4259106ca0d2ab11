import type { Wrong } from "./wrong.ts";

/** @internal The names of the updates that cancel. */
export type CancelNames<U> = {
  readonly [K in keyof U]: U[K] extends { readonly cancels: true } ? K : never;
}[keyof U];

/** @internal At most one update cancels, and it has no body. */
export type CheckedCancels<U, Names = CancelNames<U>> = [Names] extends [never]
  ? unknown
  : {
    readonly [K in keyof U]: K extends Names
      ? U[K] extends { readonly body: object }
        ? { readonly cancels: Wrong<"An update that cancels has no body"> }
      : [Exclude<Names, K>] extends [never] ? unknown
      : { readonly cancels: Wrong<"Only one update of a service may cancel"> }
      : unknown;
  };
