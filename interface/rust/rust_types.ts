import type { Position } from "./lexer.ts";
import type { SerdeWord } from "./serde_attributes.ts";

/** A field of a struct or of a variant; the type as Rust source. */
export interface RustField extends Position {
  /** The name in Rust. */
  readonly name: string;
  /** The type as Rust source. */
  readonly type: string;
  /** Its documentation. */
  readonly doc: string;
  /** The words of its `serde` attributes. */
  readonly serde: readonly SerdeWord[];
}

/** What a struct or a variant holds. */
export type RustFields =
  | {
    /** Nothing. */
    readonly kind: "unit";
  }
  | {
    /** Fields in their order, or with names. */
    readonly kind: "tuple" | "named";
    /** The fields. */
    readonly fields: readonly RustField[];
  };

/** A variant of an enum. */
export interface RustVariant extends Position {
  /** The name in Rust. */
  readonly name: string;
  /** The words of its `serde` attributes. */
  readonly serde: readonly SerdeWord[];
  /** What it holds. */
  readonly fields: RustFields;
}

/** A type parameter, with its default as Rust source. */
export interface RustParameter {
  /** The name in Rust. */
  readonly name: string;
  /** The default, as Rust source. */
  readonly default: string | undefined;
}

/** A struct, an enum or an alias that Rust source declares. */
export interface RustType extends Position {
  /** The name in Rust. */
  readonly name: string;
  /** Its documentation. */
  readonly doc: string;
  /** Its type parameters. */
  readonly parameters: readonly RustParameter[];
  /** Whether serde's traits are derived. */
  readonly derivesSerde: boolean;
  /** The words of its `serde` attributes. */
  readonly serde: readonly SerdeWord[];
  /** What it is. */
  readonly content:
    | {
      /** It is a struct. */
      readonly kind: "struct";
      /** What it holds. */
      readonly fields: RustFields;
    }
    | {
      /** It is an enum. */
      readonly kind: "enum";
      /** Its variants. */
      readonly variants: readonly RustVariant[];
    }
    | {
      /** It is another name for a type. */
      readonly kind: "alias";
      /** That type, as Rust source. */
      readonly type: string;
    };
}
