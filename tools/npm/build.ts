/**
 * `deno task npm`: makes the npm package in `npm/`, and packs it to
 * `npm/fizyr-rpc-VERSION.tgz`. Takes npm.
 *
 * - Code: esbuild makes one module of each entry, and of what several entries
 *   share, with `@std` inside, and compiles `using` down for Node 22.
 * - Declarations: tsc makes one for each source, and rollup one for each entry.
 *
 * @module
 */
import { runProgram } from "./run_program.ts";
import { type DenoConfig, FOR_BROWSERS, packageJson } from "./package_json.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const HERE = new URL("./", import.meta.url).pathname;
const OUT = `${ROOT}npm/`;
/** What builds the package, and what is made on the way. */
const WORK = `${OUT}build/`;

/** What other modules of `@std` the sources may import, and their files in deno-std. */
const STD = {
  "@std/bytes": "deno-std/bytes/mod.js",
};

/** What npm runs as the command. */
const BIN = "cli/bin.ts";

/** What the sources load from npm when they need it. */
const LOADED = [
  "ws",
  "@nats-io/nats-core",
  "@nats-io/services",
  "@nats-io/transport-node",
  "micromark",
  "micromark-extension-gfm-table",
  "@nats-io/transport-node/lib/node_transport.js",
];

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Installs what builds the package, unless it is there. */
async function installTools(): Promise<void> {
  await Deno.mkdir(WORK, { recursive: true });
  const wanted = await Deno.readTextFile(`${HERE}tools.json`);
  const installed = await Deno.readTextFile(`${WORK}installed.json`)
    .catch(() => "");
  if (installed === wanted) return;
  await Deno.writeTextFile(`${WORK}package.json`, wanted);
  await runProgram("npm", [
    "install",
    "--no-audit",
    "--no-fund",
    // Else npm waits for minutes where its registry can't be reached.
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
  ], WORK);
  await Deno.writeTextFile(`${WORK}installed.json`, wanted);
}

async function buildCode(entries: readonly string[]): Promise<void> {
  const aliases = Object.entries(STD).map(([name, file]) =>
    `--alias:${name}=${WORK}node_modules/${file}`
  );
  await runProgram(`${WORK}node_modules/.bin/esbuild`, [
    ...entries.map((entry) => `${ROOT}${entry}`),
    "--bundle",
    "--splitting",
    "--format=esm",
    "--target=es2022",
    "--platform=neutral",
    "--external:node:*",
    "--external:ws",
    "--external:@cfworker/json-schema",
    "--external:commander",
    "--external:micromark",
    "--external:micromark-extension-gfm-table",
    "--external:@nats-io/*",
    "--external:@opentelemetry/api",
    `--outbase=${ROOT}`,
    `--outdir=${OUT}dist`,
    "--chunk-names=shared/[hash]",
    // Else it looks for the file that tsc gets, which is written meanwhile.
    "--tsconfig-raw={}",
    "--log-level=warning",
    ...aliases,
  ], WORK);
}

async function buildDeclarations(entries: readonly string[]): Promise<void> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["types"],
  }).output();
  await Deno.writeFile(`${WORK}deno.d.ts`, stdout);
  const compilerOptions = {
    target: "esnext",
    lib: ["esnext", "dom", "dom.iterable", "dom.asynciterable"],
    module: "esnext",
    moduleResolution: "bundler",
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    // For the declarations of Deno and Node, which don't fit each other.
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: true,
    declaration: true,
    emitDeclarationOnly: true,
    // Internal members stay: without them typed clients lose their services,
    // and no error says so.
    stripInternal: false,
    rootDir: ROOT,
    outDir: "types",
    paths: {
      "@cfworker/json-schema": [
        `${WORK}node_modules/@cfworker/json-schema/dist/esm/index.d.ts`,
      ],
      "@opentelemetry/api": [
        `${WORK}node_modules/@opentelemetry/api/dist/index.d.mts`,
      ],
      "commander": [`${WORK}node_modules/commander/typings/index.d.ts`],
      "@std/bytes": [`${ROOT}links/std-bytes/mod.d.ts`],
    },
  };
  // What is used of them is declared where it is used.
  await Deno.writeTextFile(
    `${WORK}loaded.d.ts`,
    LOADED.map((name) => `declare module "${name}";\n`).join(""),
  );
  const files = [
    "deno.d.ts",
    "loaded.d.ts",
    ...entries.map((entry) => `${ROOT}${entry}`),
  ];
  await Deno.writeTextFile(
    `${WORK}tsconfig.json`,
    JSON.stringify({ compilerOptions, files }),
  );
  await remove(`${WORK}types`);
  await runProgram("node", ["node_modules/typescript/bin/tsc"], WORK);
  const input = Object.fromEntries(
    entries.map((entry) => {
      const name = entry.replace(/\.ts$/, "");
      return [name, `types/${name}.d.ts`];
    }),
  );
  const output = {
    dir: `${OUT}dist`,
    format: "es",
    entryFileNames: "[name].d.ts",
    chunkFileNames: "shared/[name]-[hash].d.ts",
  };
  await Deno.writeTextFile(
    `${WORK}rollup.config.js`,
    `import { dts } from "rollup-plugin-dts";
export default { input: ${JSON.stringify(input)}, output: ${
      JSON.stringify(output)
    }, external: /^node:/, plugins: [dts()] };\n`,
  );
  await runProgram("node", ["node_modules/rollup/dist/bin/rollup", "-c"], WORK);
  await adaptDeclarations();
}

/** Lets the declarations say what is true of the npm package. */
async function adaptDeclarations(): Promise<void> {
  let uses = false;
  for (const path of await declarations(`${OUT}dist/`)) {
    const text = await Deno.readTextFile(path);
    // The examples in comments import from JSR.
    let adapted = text.replaceAll("jsr:@fizyr/rpc", "@fizyr/rpc");
    if (/^[^*]*\bDeno\.\w/m.test(text)) {
      uses = true;
      const up = path.slice(`${OUT}dist/`.length).split("/").length - 1;
      const to = `${"../".repeat(up) || "./"}shared/deno.js`;
      adapted = `import type { Deno } from "${to}";\n${adapted}`;
    }
    if (adapted !== text) await Deno.writeTextFile(path, adapted);
  }
  if (!uses) throw new Error("No declaration uses a type of Deno's any more");
  await Deno.copyFile(`${HERE}deno_types.d.ts`, `${OUT}dist/shared/deno.d.ts`);
}

async function declarations(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = folder + entry.name;
    if (entry.isDirectory) found.push(...await declarations(`${path}/`));
    else if (path.endsWith(".d.ts")) found.push(path);
  }
  return found;
}

async function build(): Promise<string> {
  const config: DenoConfig = JSON.parse(
    await Deno.readTextFile(`${ROOT}deno.json`),
  );
  await installTools();
  await remove(`${OUT}dist`);
  const entries = [
    ...Object.values(config.exports),
    ...Object.values(FOR_BROWSERS),
  ].map((path) => path.replace(/^\.\//, ""));
  await Promise.all([
    buildCode([...entries, BIN]),
    buildDeclarations(entries),
  ]);
  await Deno.writeTextFile(
    `${OUT}package.json`,
    `${JSON.stringify(packageJson(config), null, 2)}\n`,
  );
  for (
    const file of ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-BSD"]
  ) await Deno.copyFile(ROOT + file, OUT + file);
  await runProgram("npm", ["pack", "--ignore-scripts"], OUT);
  return `npm/fizyr-rpc-${config.version}.tgz`;
}

if (import.meta.main) console.log(`Wrote ${await build()}`);
