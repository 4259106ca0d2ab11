/** Importing: users of JSON load nothing of the other formats, and nobody loads a transport. */
import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { loadedModules } from "../support/processes/loaded_modules.ts";

testWith(
  "run",
  "a typed interface loads no other format and no transport",
  async () => {
    for (const path of await loadedModules("interface/mod.ts")) {
      assert(
        !/^npm:|msgpack|cbor|\/(describe|dynamic)\/|rust|testing|^listener/
          .test(path) ||
          path.includes("deno-std"),
        path,
      );
      assert(
        !path.startsWith("transports/memory") && !path.includes("tcp"),
        path,
      );
    }
  },
);

testWith("run", "each format loads its own library and no other", async () => {
  const others = async (name: string): Promise<string[]> =>
    (await loadedModules(`interface/formats/${name}.ts`))
      .filter((path) => /msgpack|cbor/.test(path) && !path.includes(name));
  assertEquals(await others("msgpack"), []);
  // The library is called cborg.
  assertEquals(await others("cbor"), []);
});

testWith("run", "nothing of the core loads interfaces", async () => {
  for (const entry of ["mod.ts", "peer/mod.ts", "listener/mod.ts"]) {
    const paths = await loadedModules(entry);
    assertEquals(paths.filter((path) => path.startsWith("interface/")), []);
  }
});
