import { Option } from "commander";

/** An option that may be given more than once. */
export function repeated(flags: string, description: string): Option {
  return new Option(flags, `${description}; more than one may be given`)
    .argParser((text, all: readonly string[]) => [...all, text])
    .default([], "none");
}
