import type { Body } from "../../protocol/body.ts";
import type { BodyKind } from "./body_kind.ts";
import type {
  MessageDeclarations,
  ServiceDeclaration,
  ServiceDeclarations,
} from "./declaration.ts";
import type {
  SchemaInput,
  SchemaOutput,
  StandardSchema,
} from "./standard_schema.ts";

/** What can be sent as a body. */
export type BodyIn<S> = S extends StandardSchema ? SchemaInput<S>
  : undefined;

/** What a received body is. */
export type BodyOut<S> = S extends StandardSchema ? SchemaOutput<S>
  : undefined;

/**
 * The schema of a member of a declaration; undefined where there is none, and one
 * of any value where the type of the declaration only says that there may be one.
 */
export type SchemaAt<D, K extends string> = D extends
  { readonly [P in K]: infer S extends StandardSchema } ? S
  : K extends keyof D
    ? [D[K]] extends [undefined] ? undefined : StandardSchema<unknown>
  : undefined;

/**
 * The updates in one direction; none where they aren't declared, and any where the
 * type of the declaration only says that there may be some.
 */
export type UpdatesAt<D, K extends "requestUpdates" | "responseUpdates"> =
  D extends { readonly [P in K]: infer U extends MessageDeclarations } ? U
    : K extends keyof D
      ? [D[K]] extends [undefined] ? Record<never, never> : MessageDeclarations
    : Record<never, never>;

/** A body to be sent and options: without the body, if there is none. */
export type SendArgs<S, Options> = S extends StandardSchema
  ? [body: SchemaInput<S>, options?: Options]
  : [options?: Options];

/** The updates that arrive: a union, told apart by `name`. */
export type ReceivedUpdate<U> = {
  readonly [K in keyof U]: {
    /** Which update it is. */
    readonly name: K;
    /** Its body. */
    readonly body: BodyOut<SchemaAt<U[K], "body">>;
  };
}[keyof U];

/** The updates that a handler yields: a union, told apart by `name`. */
export type YieldedUpdate<U> = {
  readonly [K in keyof U]: SchemaAt<U[K], "body"> extends
    infer S extends StandardSchema ? {
      /** Which update it is. */
      readonly name: K;
      /** Its body. */
      readonly body: SchemaInput<S>;
    }
    : {
      /** Which update it is. */
      readonly name: K;
      /** It has no body. */
      readonly body?: undefined;
    };
}[keyof U];

/** Whether a service has updates, in either direction; boolean where that isn't known. */
export type HasUpdates<D extends ServiceDeclaration> = [
  keyof UpdatesAt<D, "requestUpdates"> | keyof UpdatesAt<D, "responseUpdates">,
] extends [infer N] ? [N] extends [never] ? false
  : string extends N ? boolean
  : true
  : never;

/** The body that a peer must carry for a body of an interface. */
export type RequiredOf<S> = S extends BodyKind<infer _In, infer _Out, infer B>
  ? B
  : never;

/** The body that a peer must carry for stream messages or updates. */
export type RequiredOfMessages<T> = {
  [K in keyof T]: RequiredOf<SchemaAt<T[K], "body">>;
}[keyof T];

/** The body that a peer must carry for services. */
export type RequiredOfServices<S> = {
  [K in keyof S]:
    | RequiredOf<SchemaAt<S[K], "request">>
    | RequiredOf<SchemaAt<S[K], "response">>
    | RequiredOfMessages<UpdatesAt<S[K], "requestUpdates">>
    | RequiredOfMessages<UpdatesAt<S[K], "responseUpdates">>;
}[keyof S];

/** The body that a peer must carry for an interface. */
export type RequiredBody<
  S extends ServiceDeclarations,
  T extends MessageDeclarations,
> = [RequiredOfServices<S> | RequiredOfMessages<T>] extends [
  infer B extends Body,
] ? [B] extends [never] ? Body : B
  : Body;
