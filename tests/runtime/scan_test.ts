/**
 * The core uses what every runtime has: no `Deno` outside the seam, nothing that Node 22
 * lacks. What runs in Node too, but in no browser, may use Node and, behind a question,
 * Deno.
 */
import { assertEquals } from "@std/assert";
import { readSources } from "../../tools/dev/source_tree.ts";
import { testWith } from "../support/permissions.ts";

const CORE =
  /^(?:(?:protocol|peer|interface|listener|internal|reconnect|transports\/(?:stream|memory|framed|messages|message_port|websocket))\/|transports\/[^/]+$|endpoints\/websocket_browser\.ts$)/;
/** What Node runs too. */
const IN_NODE =
  /^(?:endpoints|inspector|nats|otel|diagnostics|supervise|cli|transports\/(?:sockets|tcp|tls|unix|unix_stream|nats))\//;
/** The seam itself, and the command of interfaces, which runs in Deno only. */
const ELSEWHERE = /^(internal\/runtime\/|interface\/(cli\.ts|command\/))/;

/** What only some runtimes are to have. */
const OF_A_RUNTIME = /\bDeno\b|["']node:|\bsetImmediate\b/g;

/** What Node 22, 24 or browsers lack. */
const MISSING =
  /\bPromise\.try\b|\b(?:Async)?DisposableStack\b|\bSuppressedError\b|\b(?:from|to|setFrom)(?:Hex|Base64)\(\S*?|\b[gs]etFloat16\b|\bf16round\b|\bFloat16Array\b|\bRegExp\.escape\b|\bError\.isError\b|\bIterator\.(?:concat|zip)\b|\bReadableStream\.from\b|\bMath\.sumPrecise\b|\bgetOrInsert/g;

/** Comments and texts: what is in them doesn't run. */
const TEXT =
  /\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"(?<!"node:.*)|'(?:[^'\\\n]|\\.)*'/g;

/** A template, and what of it is not in `${}`. */
const TEMPLATE = /(?<![\\*/].*)`(?:[^`\\]|\\.)*`/g;
const OUTSIDE = /(?:^|\})[^]*?(?=\$\{|$)/g;

/** As many spaces, with the same line breaks. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/** What a source uses that some runtime lacks, each with its line. */
function findMissing(
  path: string,
  text: string,
  ...missing: RegExp[]
): string[] {
  const code = text
    .replace(TEMPLATE, (found) => found.replace(OUTSIDE, blank))
    .replace(TEXT, blank);
  return missing.flatMap((names) => [...code.matchAll(names)])
    .filter(({ 0: name, index }) =>
      // Functions of ours have these names too; methods are the runtime's.
      !/Hex|Base64/.test(name) || code[index - 1] === "."
    )
    .map(({ 0: name, index }) =>
      `${path}:${code.slice(0, index).split("\n").length} uses ${name}`
    );
}

testWith("read", "Runtimes: the core uses only what all have", async () => {
  const sources = await readSources(new URL("../..", import.meta.url).pathname);
  const core = sources.filter(({ path }) =>
    CORE.test(path) && !ELSEWHERE.test(path)
  );
  assertEquals(core.length > 100, true, `found only ${core.length} files`);
  const found = core.flatMap(({ path, text }) =>
    findMissing(path, text, OF_A_RUNTIME, MISSING)
  );
  assertEquals(found, []);
});

testWith("read", "Runtimes: what runs in Node uses what it has", async () => {
  const sources = await readSources(new URL("../..", import.meta.url).pathname);
  const inNode = sources.filter(({ path }) => IN_NODE.test(path));
  assertEquals(inNode.length > 100, true, `found only ${inNode.length} files`);
  const found = inNode.flatMap(({ path, text }) =>
    findMissing(path, text, MISSING)
  );
  assertEquals(found, []);
});

Deno.test("Runtimes: the scan finds what is used, and no text", () => {
  const source =
    '// Deno\n/* Promise.try */ const a = "Deno";\nDeno.exit();\nimport "node:fs";\nPromise.try(f); bytes.toHex(); toHex(bytes);\n`Deno ${Deno.pid} Deno`;\n';
  const missing = ["a.ts:5 uses Promise.try", "a.ts:5 uses toHex("];
  assertEquals(findMissing("a.ts", source, MISSING), missing);
  assertEquals(findMissing("a.ts", source, OF_A_RUNTIME, MISSING), [
    "a.ts:3 uses Deno",
    'a.ts:4 uses "node:',
    "a.ts:6 uses Deno",
    ...missing,
  ]);
});
