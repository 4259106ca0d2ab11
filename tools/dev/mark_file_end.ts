/**
 * Preloaded before each test file. Prints a line when its tests are done, since
 * Deno's reporter doesn't tell where files run in parallel.
 *
 * @module
 */
import { FILE_END_MARK } from "./file_end_mark.ts";

addEventListener(
  "unload",
  () => console.log(FILE_END_MARK + Deno.mainModule),
);
