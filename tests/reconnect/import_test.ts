import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { loadedModules } from "../support/processes/loaded_modules.ts";

testWith("run", "mod.ts loads nothing of links and of supervise", async () => {
  const modules = await loadedModules("mod.ts");
  const found = modules.filter((path) => /^(reconnect|supervise)\//.test(path));
  assertEquals(found, []);
  const own = await loadedModules("supervise/mod.ts");
  assert(own.some((path) => path.startsWith("reconnect/")));
});
