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

/**
 * Compiles `programs/types.ts` and all declarations that it imports, with the
 * options that a project of Node's or of a bundler has. Gives the errors.
 */
export async function compile(
  version: number,
  resolution: "nodenext" | "bundler",
): Promise<string> {
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
  ]);
  return errors;
}

/** Bundles a program of `programs/` for browsers, minified. */
export async function bundle(file: string): Promise<string> {
  const [code, output] = await run(`${PROJECT}node_modules/.bin/esbuild`, [
    file,
    "--bundle",
    "--format=esm",
    "--platform=browser",
    "--minify",
    "--log-level=error",
  ]);
  if (code !== 0) throw new Error(output);
  return output;
}

/** How many bytes a text has when it is compressed. */
export async function gzipped(text: string): Promise<number> {
  const stream = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}
