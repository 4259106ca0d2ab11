import type { Body, StreamBody } from "../../protocol/body.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import type { HiddenOptions } from "./answer_document.ts";

/** What a program says of itself. */
export interface ProgramInfo {
  /** What it is called. */
  readonly name?: string | undefined;
  /** Its version. */
  readonly version?: string | undefined;
  /** Who makes it. */
  readonly vendor?: string | undefined;
}

/** What the other side of a connection offers, as `describe` gives it. */
export interface ServerDescription extends ProgramInfo {
  /** The interfaces that it serves, in the order in which `serve` was given them. */
  readonly interfaces: readonly InterfaceDefinition[];
}

/** What `serve` tells of itself, and to whom. */
export interface ServedDescription<B extends Body = StreamBody, I = unknown>
  extends HiddenOptions<B, I> {
  /** What is said of the program. Default: nothing. */
  program?: ProgramInfo | undefined;
}
