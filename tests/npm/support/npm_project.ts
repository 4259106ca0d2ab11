/** A project of its own with the packed npm package in it, and the runtimes. */
import { runProgram } from "../../../tools/npm/run_program.ts";
import deno from "../../../deno.json" with { type: "json" };

const ROOT = new URL("../../../", import.meta.url).pathname;
/** Where all of it is; git ignores it. */
const NPM = `${ROOT}npm/`;

/** The packed package. */
export const TARBALL = `${NPM}fizyr-rpc-${deno.version}.tgz`;

/** The project: the programs of `programs/` with the package. */
export const PROJECT = `${NPM}project/`;

/** What builds the package, with its modules. */
export const BUILD = `${NPM}build/`;

/** The runtimes from npm, each with its program. */
const RUNTIMES = {
  "Node 22": ["node22", "npm:node@22.23.3", "bin/node"],
  "Node 24": ["node24", "npm:node@24.21.0", "bin/node"],
  "Node 26": ["node26", "npm:node@26.10.0", "bin/node"],
  "Bun": ["bun", "1.4.5", "bin/bun.exe"],
} as const;

/** A runtime from npm. */
export type RuntimeName = keyof typeof RUNTIMES;

/** All runtimes from npm. */
export const RUNTIME_NAMES = Object.keys(RUNTIMES) as RuntimeName[];

/** The program of a runtime. */
export function programOf(name: RuntimeName): string {
  const [folder, , program] = RUNTIMES[name];
  return `${NPM}runtimes/node_modules/${folder}/${program}`;
}

/** What else the project has: to trace, and to check types and sizes. */
const DEPENDENCIES = {
  // The SDK takes no newer one.
  "@opentelemetry/api": "~1.9.0",
  "@opentelemetry/sdk-trace-node": "2.12.0",
  "@types/node": "22.20.5",
  esbuild: "0.28.2",
  typescript5: "npm:typescript@5.9.3",
  typescript6: "npm:typescript@6.0.3",
};

/** What npm says where it can't reach its registry. */
const UNREACHABLE =
  /npm error (?:code|errno) (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)/;

/** Installs what a folder has to have. */
async function install(
  folder: string,
  dependencies: Record<string, string>,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(
    `${folder}package.json`,
    JSON.stringify({ private: true, type: "module", dependencies }),
  );
  await runProgram("npm", [
    "install",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    "--prefer-offline",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
  ], folder);
}

/** Packs the package, and installs it and all that its tests take. */
async function make(): Promise<void> {
  await runProgram(Deno.execPath(), ["task", "npm"], ROOT);
  const runtimes = Object.values(RUNTIMES).map(([name, spec]) => [name, spec]);
  await install(`${NPM}runtimes/`, Object.fromEntries(runtimes));
  // Else npm would keep the package of an earlier run.
  await runProgram("rm", ["-rf", `${PROJECT}node_modules/@fizyr`], ROOT);
  await install(PROJECT, {
    ...DEPENDENCIES,
    "@fizyr/rpc": `file:${TARBALL}`,
  });
  const programs = `${ROOT}tests/npm/programs/`;
  for await (const { name } of Deno.readDir(programs)) {
    await Deno.copyFile(programs + name, PROJECT + name);
  }
  await Deno.copyFile(
    `${ROOT}tests/runtime/core_program.ts`,
    `${PROJECT}core_program.ts`,
  );
}

/**
 * Makes the project anew, which no test may use meanwhile: null if it is there, else
 * what is missing.
 */
export async function prepareProject(): Promise<string | null> {
  try {
    await make();
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "npm";
    const code = UNREACHABLE.exec(String(error))?.[1];
    if (code === undefined) throw error;
    return `npm, which can't be reached: ${code}`;
  }
}
