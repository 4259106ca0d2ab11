/**
 * Preloaded before each test file: says when its tests are done, for Deno's
 * reporter doesn't where files run in parallel.
 *
 * @module
 */
import { FILE_END_MARK } from "./file_end_mark.ts";

addEventListener(
  "unload",
  () => console.log(FILE_END_MARK + Deno.mainModule),
);
