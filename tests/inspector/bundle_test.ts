/** The script of the page is the one that its sources make. */
import { assert } from "@std/assert";
import { bundlePageScript } from "../../tools/dev/bundle_inspector.ts";
import { testWith } from "../support/permissions.ts";

testWith(
  "all",
  "the committed script of the inspector is up to date",
  async () => {
    const path = new URL("../../inspector/page_script.ts", import.meta.url);
    assert(
      await Deno.readTextFile(path) === await bundlePageScript(),
      "inspector/page_script.ts isn't what inspector/page/ makes: deno task inspector",
    );
  },
);
