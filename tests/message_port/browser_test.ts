/** A web Worker and a frame in Chromium, where it is installed. */
import { assertEquals } from "@std/assert";
import { browserTest, visit } from "../support/browser/chromium.ts";
import { bundleScript, PageServer } from "../support/browser/page_server.ts";

const SCRIPTS = ["page", "worker", "frame"];

browserTest("a page talks to a worker and to a frame", async () => {
  const scripts: Record<string, string> = {};
  for (const name of SCRIPTS) {
    const program = new URL(`./pages/${name}.ts`, import.meta.url);
    scripts[name] = await bundleScript(program);
  }
  await using server = new PageServer(scripts);
  const result = await visit(
    `http://${server.host}/`,
    () => server.result(),
  );
  const conversation = {
    hello: "Hello",
    asked: "Who?",
    // It was given away.
    image: [0, 4 * 1024 * 1024, true],
    ordered: true,
    closed: null,
  };
  assertEquals(result, {
    worker: conversation,
    frame: conversation,
    terminated: "connection-aborted",
  });
});
