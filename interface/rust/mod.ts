/**
 * From the native `interface!` macro of Rust to typed interfaces, and back.
 *
 * `fizyr describe camera.rs --format typescript` does it on the command line.
 *
 * @example To TypeScript
 * ```ts
 * import { readRust, toTypeScript } from "jsr:@fizyr/rpc/interface/rust";
 *
 * const source = `fizyr_rpc::interface! {
 *   pub interface Camera {
 *     service 1 get_name: () -> String,
 *   }
 * }`;
 * console.log(toTypeScript(readRust(source)));
 * ```
 *
 * @module
 */
export { type Position, RustSyntaxError } from "./lexer.ts";
export type { RustProblem } from "./problems.ts";
export type {
  RustField,
  RustFields,
  RustParameter,
  RustType,
  RustVariant,
} from "./rust_types.ts";
export type { SerdeWord } from "./serde_attributes.ts";
export { readRust, type RustReading } from "./read_rust.ts";
export { toRust } from "./to_rust.ts";
export { toTypeScript, type TypeScriptOptions } from "./to_typescript.ts";
