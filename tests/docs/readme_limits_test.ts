/** That the limits of the README are those of the code, and its packages those that are used. */
import { assert, assertEquals } from "@std/assert";
import { listenerLimits } from "../../listener/listener_limits.ts";
import { resolveAuthorizeTimeout } from "../../peer/authorize.ts";
import { resolvePeerOptions } from "../../peer/options.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { resolveSharedRingConfig } from "../../transports/shared_ring/shared_ring_config.ts";
import { resolveUnixConfig } from "../../transports/unix_seqpacket/unix_config.ts";
import { testWith } from "../support/permissions.ts";
import { loadedModules } from "../support/processes/loaded_modules.ts";

const ROOT = new URL("../../", import.meta.url);
const UNITS: Readonly<Record<string, number>> = {
  KiB: 1024,
  MiB: 1024 * 1024,
};

function readme(): string {
  return Deno.readTextFileSync(new URL("README.md", ROOT));
}

/** A default of the table, such as `16 MiB` or `30 000 ms`. */
function parseDefault(text: string): unknown {
  if (text === "off") return null;
  if (text.startsWith("`")) return JSON.parse(text.slice(1, -1));
  const [, digits, unit] = /^(\d[\d ]*|Infinity)(?: (\w+))?$/.exec(text)!;
  return Number(digits!.replaceAll(" ", "")) * (UNITS[unit ?? ""] ?? 1);
}

/** The options of the table of limits, with their defaults. */
function limitsOfReadme(): [name: string, byDefault: unknown][] {
  const [, rows] = /\| option .*\| default .*\n\|[ -|]+\n((?:\|.*\n)+)/.exec(
    readme(),
  )!;
  return rows!.trim().split("\n").flatMap((row) => {
    const [, options, defaults] = row.split("|").map((cell) => cell.trim());
    const names = [...options!.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
    const texts = names.length === 1 ? [defaults!] : defaults!.split(", ");
    return names.map((name, i): [string, unknown] => [
      name,
      parseDefault(texts[i] ?? texts[0]!),
    ]);
  });
}

testWith("read", "the limits of the README are the defaults", () => {
  const { connections, shared } = listenerLimits({});
  const { littleEndian: _, ...rings } = resolveSharedRingConfig();
  const defaults: Record<string, unknown> = {
    ...rings,
    ...resolvePeerOptions(),
    ...resolveStreamConfig(),
    endian: resolveStreamConfig().littleEndian ? "little" : "big",
    authorizeTimeout: resolveAuthorizeTimeout(),
    maxConnections: connections.limit,
    maxTotalOpenRequests: shared.receivedRequests.limit,
    maxTotalQueuedBytes: shared.queuedBytes === null ? Infinity : NaN,
  };
  const stated = limitsOfReadme();
  assert(stated.length > 20, `only ${stated.length} limits were found`);
  for (const [name, byDefault] of stated) {
    assertEquals([name, byDefault], [name, defaults[name]]);
  }
  // Every option that has a limit is there.
  const named = new Set(stated.map(([name]) => name));
  const options = Object.entries({
    ...resolvePeerOptions(),
    ...resolveUnixConfig(),
  }).filter(([, value]) => typeof value === "number").map(([name]) => name);
  assertEquals(options.filter((name) => !named.has(name)), []);
  // Those of a seqpacket socket are named below the table.
  const { maxBodyLenRead, maxBodyLenWrite } = resolveUnixConfig();
  assertEquals([maxBodyLenRead, maxBodyLenWrite], [4096, 4096]);
  assert(readme().includes("The limits for bodies are 4096 bytes"));
});

testWith(
  "run",
  "the core depends on @std alone, and the README names all other packages",
  async () => {
    const config: { imports: Record<string, string> } = JSON.parse(
      Deno.readTextFileSync(new URL("deno.json", ROOT)),
    );
    const others = Object.keys(config.imports)
      .filter((name) => !name.startsWith("@std/"));
    const text = readme();
    for (const name of others) {
      const [scope] = name.split("/");
      // `micromark` has an extension that is a package of its own.
      const isNamed = text.includes(`\`${name}\``) ||
        text.includes(`\`${scope}\``) ||
        (name.startsWith("micromark-") && text.includes("`micromark`"));
      assert(isNamed, `The README doesn't name ${name}`);
    }
    for (const entry of ["mod.ts", "peer/mod.ts", "interface/mod.ts"]) {
      const foreign = (await loadedModules(entry))
        .filter((path) => URL.canParse(path))
        .filter((url) => !/\/(std-\w+|deno-std|@std)\//.test(url));
      assertEquals([entry, foreign], [entry, []]);
    }
  },
);
