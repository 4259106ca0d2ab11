/** Importing: users of JSON load nothing of the other formats, and nobody loads a transport. */
import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";

const ROOT = new URL("../../", import.meta.url);

/** The part of `deno info --json` that is used. */
interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

/** What an entry loads at run time: paths of this package, and names of others. */
async function loaded(entry: string): Promise<string[]> {
  const { code, stdout, stderr } = await runDeno(
    ["info", "--json", new URL(entry, ROOT).href],
    { cwd: ROOT },
  );
  assertEquals(code, 0, stderr);
  const { modules }: Graph = JSON.parse(stdout);
  const bySpecifier = new Map(modules.map((m) => [m.specifier, m]));
  const found = new Set([new URL(entry, ROOT).href]);
  for (const specifier of found) {
    for (const { code } of bySpecifier.get(specifier)?.dependencies ?? []) {
      if (code?.specifier !== undefined) found.add(code.specifier);
    }
  }
  return [...found].map((specifier) => specifier.replace(ROOT.href, ""));
}

testWith(
  "run",
  "a typed interface loads no other format and no transport",
  async () => {
    for (const path of await loaded("interface/mod.ts")) {
      assert(
        !/^npm:|msgpack|cbor|describe|rust|testing|^listener/.test(path) ||
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
    (await loaded(`interface/formats/${name}.ts`))
      .filter((path) => /msgpack|cbor/.test(path) && !path.includes(name));
  assertEquals(await others("msgpack"), []);
  // The library is called cborg.
  assertEquals(await others("cbor"), []);
});

testWith("run", "nothing of the core loads interfaces", async () => {
  for (const entry of ["mod.ts", "peer/mod.ts", "listener/mod.ts"]) {
    const paths = await loaded(entry);
    assertEquals(paths.filter((path) => path.startsWith("interface/")), []);
  }
});
