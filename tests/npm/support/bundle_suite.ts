import { BUILD, PROJECT } from "./npm_project.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

async function testFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) found.push(...await testFiles(`${folder}${name}/`));
    else if (name.endsWith("_test.ts")) found.push(folder + name);
  }
  return found.sort();
}

/** What `bundleSuite` makes, a file of the project. */
export const SUITE = "suite.js";

/**
 * Makes one program of the suite in `tests/conformance/` and of the library, for
 * Node and Bun.
 */
export async function bundleSuite(): Promise<void> {
  const files = [
    ...await testFiles(`${ROOT}tests/conformance/`),
    `${ROOT}tests/npm/conformance/main.ts`,
  ];
  const entry = `${BUILD}suite.ts`;
  await Deno.writeTextFile(
    entry,
    files.map((file) => `import ${JSON.stringify(file)};\n`).join(""),
  );
  const async = `${BUILD}std_async.js`;
  await Deno.writeTextFile(
    async,
    ["abortable", "deadline"].map((name) =>
      `export * from "deno-std/async/${name}.js";\n`
    ).join(""),
  );
  const std = ["assert", "bytes", "streams"].map((name) =>
    `--alias:@std/${name}=${BUILD}node_modules/deno-std/${name}/mod.js`
  );
  const { success, stderr } = await new Deno.Command(
    `${BUILD}node_modules/.bin/esbuild`,
    {
      args: [
        entry,
        "--bundle",
        "--format=esm",
        "--target=es2022",
        "--platform=node",
        "--external:ws",
        "--external:@cfworker/json-schema",
        "--external:@nats-io/*",
        `--inject:${ROOT}tests/npm/conformance/deno_stand_in.ts`,
        `--alias:@std/async=${async}`,
        ...std,
        "--log-level=error",
        `--outfile=${PROJECT}${SUITE}`,
      ],
      cwd: BUILD,
    },
  ).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
