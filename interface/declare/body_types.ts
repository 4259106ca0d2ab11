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
export type BodyIn<S> = S extends BodyKind<infer In, infer _Out, infer _B> ? In
  : S extends StandardSchema ? SchemaInput<S>
  : undefined;

/** What a received body is. */
export type BodyOut<S> = S extends BodyKind<infer _In, infer Out, infer _B>
  ? Out
  : S extends StandardSchema ? SchemaOutput<S>
  : undefined;

// Each member has a type of its own: one for all, with the name of the member as a
// parameter, makes the compiler create an object type for each use.
//
// A schema is undefined where a declaration has none, and one of any value where
// the type of the declaration only says that there may be one.

/** The schema of the request of a service. */
export type RequestSchema<D> = D extends { readonly request: StandardSchema }
  ? D["request"]
  : "request" extends keyof D ? PossibleSchema<D["request"]>
  : undefined;

/** The schema of the response of a service. */
export type ResponseSchema<D> = D extends { readonly response: StandardSchema }
  ? D["response"]
  : "response" extends keyof D ? PossibleSchema<D["response"]>
  : undefined;

/** The schema of the body of a stream message, an update or an error. */
export type MessageSchema<D> = D extends { readonly body: StandardSchema }
  ? D["body"]
  : "body" extends keyof D ? PossibleSchema<D["body"]>
  : undefined;

/** A schema that may be there or not. */
export type PossibleSchema<S> = [S] extends [undefined] ? undefined
  : StandardSchema<unknown>;

// There are no updates where they aren't declared, and any where the type of the
// declaration only says that there may be some.

/** The updates of the requester. */
export type RequestUpdatesOf<D> = D extends
  { readonly requestUpdates: MessageDeclarations } ? D["requestUpdates"]
  : "requestUpdates" extends keyof D ? PossibleUpdates<D["requestUpdates"]>
  : Record<never, never>;

/** The updates of the responder. */
export type ResponseUpdatesOf<D> = D extends
  { readonly responseUpdates: MessageDeclarations } ? D["responseUpdates"]
  : "responseUpdates" extends keyof D ? PossibleUpdates<D["responseUpdates"]>
  : Record<never, never>;

/** Updates that may be there or not. */
export type PossibleUpdates<U> = [U] extends [undefined] ? Record<never, never>
  : MessageDeclarations;

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
    readonly body: BodyOut<MessageSchema<U[K]>>;
  };
}[keyof U];

/** The updates that a handler yields: a union, told apart by `name`. */
export type YieldedUpdate<U> = {
  readonly [K in keyof U]: MessageSchema<U[K]> extends undefined ? {
      /** Which update it is. */
      readonly name: K;
      /** It has no body. */
      readonly body?: undefined;
    }
    : {
      /** Which update it is. */
      readonly name: K;
      /** Its body. */
      readonly body: BodyIn<MessageSchema<U[K]>>;
    };
}[keyof U];

/** Whether a service has updates, in either direction; boolean where that isn't known. */
export type HasUpdates<D extends ServiceDeclaration> = [
  keyof RequestUpdatesOf<D> | keyof ResponseUpdatesOf<D>,
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
  [K in keyof T]: RequiredOf<MessageSchema<T[K]>>;
}[keyof T];

/** The body that a peer must carry for services. */
export type RequiredOfServices<S> = {
  [K in keyof S]:
    | RequiredOf<RequestSchema<S[K]>>
    | RequiredOf<ResponseSchema<S[K]>>
    | RequiredOfMessages<RequestUpdatesOf<S[K]>>
    | RequiredOfMessages<ResponseUpdatesOf<S[K]>>;
}[keyof S];

/** @internal A schema of bodies that any peer carries. */
export interface PlainSchema extends StandardSchema {
  /** `BodyKind` has one of the body that it takes. */
  readonly "~body"?: undefined;
}

/** @internal Messages whose bodies any peer carries. */
export interface PlainMessages {
  /** A message. */
  readonly [name: string]: {
    /** Else an item without a body would have nothing in common with this. */
    readonly id: number;
    /** Its body. */
    readonly body?: PlainSchema | undefined;
  };
}

/** @internal Services whose bodies any peer carries. */
export interface PlainServices {
  /** A service. */
  readonly [name: string]: {
    readonly id: number;
    readonly request?: PlainSchema | undefined;
    readonly response?: PlainSchema | undefined;
    readonly requestUpdates?: PlainMessages | undefined;
    readonly responseUpdates?: PlainMessages | undefined;
  };
}

/**
 * The body that a peer must carry for an interface. Mostly it is any, and comparing
 * the services as a whole takes the compiler less than looking at each body.
 */
export type RequiredBody<
  S extends ServiceDeclarations,
  T extends MessageDeclarations,
> = S extends PlainServices ? T extends PlainMessages ? Body
  : BodyOrOf<RequiredOfMessages<T>>
  : BodyOrOf<RequiredOfServices<S> | RequiredOfMessages<T>>;

/** @internal The body that is required; any, if none is. */
export type BodyOrOf<R> = [R] extends [infer B extends Body]
  ? [B] extends [never] ? Body : B
  : Body;
