import type { Format } from "./formats/format.ts";

/** What an interface is made of, with the defaults filled in. */
export interface InterfaceParts<S, T> {
  /** The name. */
  readonly name: string;
  /** What it is for. */
  readonly doc: string;
  /** Whether descriptions leave it out. */
  readonly hidden: boolean;
  /** The format of the bodies. */
  readonly format: Format;
  /** The services by name. */
  readonly services: S;
  /** The stream messages by name. */
  readonly streams: T;
}
