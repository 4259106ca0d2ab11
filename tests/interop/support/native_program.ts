/** The program of `native/`: built by `deno task interop`, run by the matrix. */
import { PERMISSIONS } from "../../support/permissions.ts";

/** Its folder, with Cargo.toml. */
export const NATIVE = new URL("../native/", import.meta.url).pathname;

/** What `cargo build --release` makes of it. */
export const NATIVE_PROGRAM = `${NATIVE}target/release/interop`;

/** Why it can't be run: null if it can. */
export function whyNoNative(): string | null {
  // Nothing is asked for where the cells are ignored for a permission anyway.
  if (!PERMISSIONS.run.granted) return null;
  const built = modified(NATIVE_PROGRAM);
  if (built === null) return "deno task interop";
  const sources = [...Deno.readDirSync(`${NATIVE}src`)]
    .map(({ name }) => `${NATIVE}src/${name}`);
  const newest = Math.max(...sources.map((path) => modified(path) ?? 0));
  return newest <= built ? null : "deno task interop: it is out of date";
}

function modified(path: string): number | null {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
