/**
 * A schema of any library that follows Standard Schema, version 1 (zod, valibot,
 * arktype and others): https://standardschema.dev. The types are declared here, so
 * that nothing has to be installed for them.
 */
export interface StandardSchema<In = unknown, Out = In> {
  /** What the standard asks for. */
  readonly "~standard": StandardSchemaProps<In, Out>;
}

/** What a Standard Schema has. */
export interface StandardSchemaProps<In = unknown, Out = In> {
  /** The version of the standard. */
  readonly version: 1;
  /** The name of the library. */
  readonly vendor: string;
  /** Checks a value, and may make another one of it. */
  readonly validate: (
    value: unknown,
  ) => StandardSchemaResult<Out> | Promise<StandardSchemaResult<Out>>;
  /** Only types: what goes in and what comes out. */
  readonly types?: {
    /** What goes in, which is what is sent. */
    readonly input: In;
    /** What comes out, which is what is received. */
    readonly output: Out;
  } | undefined;
}

/** What a check gives: a value, or what is wrong. */
export type StandardSchemaResult<Out> =
  | {
    /** The value. */
    readonly value: Out;
    /** Nothing is wrong. */
    readonly issues?: undefined;
  }
  | {
    /** What is wrong. */
    readonly issues: readonly StandardSchemaIssue[];
  };

/** One thing that is wrong with a value. */
export interface StandardSchemaIssue {
  /** The text for people. */
  readonly message: string;
  /** Where it is, from the outside to the inside. */
  readonly path?:
    | readonly (PropertyKey | {
      /** The key or index. */
      readonly key: PropertyKey;
    })[]
    | undefined;
}

/** What a schema takes, which is what is sent. */
export type SchemaInput<S extends StandardSchema> = NonNullable<
  S["~standard"]["types"]
>["input"];

/** What a schema gives, which is what is received. */
export type SchemaOutput<S extends StandardSchema> = NonNullable<
  S["~standard"]["types"]
>["output"];
