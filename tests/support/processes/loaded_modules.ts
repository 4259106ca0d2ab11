import { assertEquals } from "@std/assert";
import { runDeno } from "./run_deno.ts";

const ROOT = new URL("../../../", import.meta.url);

/** The part of `deno info --json` that is used. */
interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly isDynamic?: boolean;
    }[];
  }[];
}

/**
 * What an entry of this package loads at run time, as `import type` has no code:
 * paths in this package, and URLs of others.
 */
export async function loadedModules(entry: string): Promise<string[]> {
  const root = new URL(entry, ROOT).href;
  const { code, stdout, stderr } = await runDeno(
    ["info", "--json", root],
    { cwd: ROOT },
  );
  assertEquals(code, 0, stderr);
  const { modules }: Graph = JSON.parse(stdout);
  const bySpecifier = new Map(modules.map((m) => [m.specifier, m]));
  const found = new Set([root]);
  for (const specifier of found) {
    const module = bySpecifier.get(specifier);
    assertEquals(module?.error, undefined);
    for (const { code, isDynamic } of module?.dependencies ?? []) {
      // Loaded only once it is asked for.
      if (isDynamic) continue;
      if (code?.specifier !== undefined) found.add(code.specifier);
    }
  }
  return [...found].map((specifier) => specifier.replace(ROOT.href, ""));
}
