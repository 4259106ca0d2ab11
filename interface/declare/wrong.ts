/** A type that no item has, which says why. */
export interface Wrong<Text extends string> {
  /** What is the matter. */
  readonly wrong: Text;
}

/**
 * @internal Members of a declaration that it can't have, such as misspelt ones. Mostly
 * there are none, and `unknown` takes the compiler less than an empty object.
 */
export type OtherMembers<T, Known extends PropertyKey> = [keyof T] extends
  [Known] ? unknown
  : {
    readonly [K in Exclude<keyof T, Known>]: Wrong<
      "There is no member of this name"
    >;
  };
