import { Libc } from "../../../transports/libc/libc.ts";
import { SYMBOLS } from "../../../transports/libc/symbols.ts";
import { LONG } from "./long.ts";

let asked = false;

/**
 * Has the functions of the C library looked up once for all tests of a module. By itself
 * the library opens for the first socket and closes with the last one, so that each test
 * looks them up again, which is 20 of 30 ms over rings. In `deno task test:long` it does.
 */
export function holdLibc(): void {
  if (asked || LONG) return;
  asked = true;
  let libc: Libc | null = null;
  Deno.test.beforeAll(() => {
    libc = Libc.open();
    const names = Object.keys(SYMBOLS) as (keyof typeof SYMBOLS)[];
    for (const name of names) libc?.symbols[name];
  });
  Deno.test.afterAll(() => libc?.[Symbol.dispose]());
}
