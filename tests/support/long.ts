import { PERMISSIONS } from "./permissions.ts";

/**
 * Whether the long forms of the tests run: `deno task test:long`, which sets the
 * variable LONG. The npm package's runtimes have the short forms.
 */
export const LONG: boolean = PERMISSIONS.all.granted &&
  Deno.env.get("LONG") === "1";

/** A count or a size: what `deno task test` uses, or what `deno task test:long` does. */
export function sized(usual: number, long: number): number {
  return LONG ? long : usual;
}
