/** The core in Chromium, where it is installed. */
import { assertEquals } from "@std/assert";
import { browserTest, visit } from "../support/browser/chromium.ts";
import { bundleScript, PageServer } from "../support/browser/page_server.ts";
import { CORE_RESULT } from "./core_result.ts";

/** What the program prints goes to the server. */
const PRINT =
  'console.log = (text) => fetch("/done", { method: "POST", body: text });\n';

browserTest("the core runs in a page", async () => {
  const program = new URL("./core_program.ts", import.meta.url);
  const page = PRINT + await bundleScript(program);
  await using server = new PageServer({ page });
  const result = await visit(`http://${server.host}/`, () => server.result());
  assertEquals<unknown>(result, CORE_RESULT);
});
