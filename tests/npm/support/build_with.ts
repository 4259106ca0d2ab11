import deno from "../../../deno.json" with { type: "json" };
import { PROJECT } from "./npm_project.ts";

/** Runs a program of a package in the project, and gives its status and output. */
async function run(
  program: string,
  args: string[],
): Promise<[number, string]> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: PROJECT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return [code, decoder.decode(stdout) + decoder.decode(stderr)];
}

/** A module that takes the types of all entries of the package. */
const ALL_ENTRIES = "all_entries.ts";

async function writeAllEntries(): Promise<void> {
  const lines = Object.keys(deno.exports).map((path, i) => {
    const entry = path.replace(/^\./, deno.name);
    return `export type * as entry${i} from ${JSON.stringify(entry)};\n`;
  });
  await Deno.writeTextFile(PROJECT + ALL_ENTRIES, lines.join(""));
}

/**
 * Compiles `programs/types.ts` and the declarations of all entries, with the options that
 * a project of Node's or of a bundler has. Gives the errors.
 */
export async function compile(
  version: number,
  resolution: "nodenext" | "bundler",
): Promise<string> {
  await writeAllEntries();
  const [, errors] = await run("node", [
    `node_modules/typescript${version}/bin/tsc`,
    "--noEmit",
    "--strict",
    "--exactOptionalPropertyTypes",
    "--skipLibCheck",
    "false",
    "--lib",
    "es2023,esnext.disposable,dom",
    "--types",
    "node",
    "--target",
    "es2022",
    "--module",
    resolution === "nodenext" ? "nodenext" : "esnext",
    "--moduleResolution",
    resolution,
    "types.ts",
    ALL_ENTRIES,
  ]);
  return errors;
}

/** Bundles a program for browsers, minified; gives what esbuild writes. */
async function esbuild(file: string, options: string[]): Promise<string> {
  const [code, output] = await run(`${PROJECT}node_modules/.bin/esbuild`, [
    file,
    "--bundle",
    "--format=esm",
    "--platform=browser",
    "--minify",
    "--log-level=error",
    ...options,
  ]);
  if (code !== 0) throw new Error(output);
  return output;
}

/** Bundles a program of `programs/` for browsers, minified, into one file. */
export function bundle(file: string): Promise<string> {
  return esbuild(file, []);
}

/** How many bytes a text has when it is compressed. */
export async function gzipped(text: string): Promise<number> {
  const stream = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

/** What a program becomes in bundles that are split, compressed, in bytes. */
export interface LoadedSize {
  /** What is loaded at the start. */
  readonly atStart: number;
  /** That, and all that is loaded when it is first needed. */
  readonly inAll: number;
}

/** The part of what esbuild tells of a bundle that is used. */
interface BundleFacts {
  readonly outputs: Readonly<Record<string, BundledFile>>;
}

interface BundledFile {
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
}

/** Bundles a program of `programs/` into a file for the start and others for later. */
export async function loadedSize(file: string): Promise<LoadedSize> {
  const folder = `parts/${file}`;
  await esbuild(file, [
    "--splitting",
    `--outdir=${folder}`,
    `--metafile=${folder}.json`,
    "--external:node:*",
  ]);
  const facts: BundleFacts = JSON.parse(
    await Deno.readTextFile(`${PROJECT}${folder}.json`),
  );
  const outputs = new Map(Object.entries(facts.outputs));
  const sizeOf = async (paths: Iterable<string>): Promise<number> => {
    let sum = 0;
    for (const path of paths) {
      sum += await gzipped(await Deno.readTextFile(PROJECT + path));
    }
    return sum;
  };
  const start = new Set<string>();
  for (const [path, { entryPoint }] of outputs) {
    if (entryPoint === file) start.add(path);
  }
  for (const path of start) {
    for (const imported of outputs.get(path)!.imports) {
      const isFile = outputs.has(imported.path);
      if (isFile && imported.kind === "import-statement") {
        start.add(imported.path);
      }
    }
  }
  return { atStart: await sizeOf(start), inAll: await sizeOf(outputs.keys()) };
}
