import { Libc } from "../../../transports/libc/libc.ts";
import { SYMBOLS } from "../../../transports/libc/symbols.ts";
import { LONG } from "./long.ts";
import { SharedByTests } from "./shared_by_tests.ts";

/**
 * Opens the C library with all of its functions. By itself it opens for the first socket
 * and closes with the last one, so that each test looks up what it uses, which is 20 of
 * 30 ms over rings. In `deno task test:long` it does: null.
 */
export function openLibc(): Libc | null {
  const libc = LONG ? null : Libc.open();
  const names = Object.keys(SYMBOLS) as (keyof typeof SYMBOLS)[];
  for (const name of names) libc?.symbols[name];
  return libc;
}

const held = new SharedByTests((ending) => ending.use(openLibc()));

/** Keeps it open for all tests of a worker. */
export function holdLibc(): void {
  held.register();
}
