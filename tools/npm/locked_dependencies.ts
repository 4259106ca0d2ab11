import { type DenoConfig, packageJson } from "./package_json.ts";
import { runProgram } from "./run_program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** A folder that holds what the npm package depends on, as a `package-lock.json`. */
export interface LockedDependencies {
  /** The folder. */
  readonly folder: string;
  /** What `deno.json` says. */
  readonly config: DenoConfig;
}

/** Asks npm what an installation of the package would consist of now. Installs nothing. */
export async function lockDependencies(): Promise<LockedDependencies> {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const folder = `${ROOT}npm/dependencies`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/package.json`,
    JSON.stringify(packageJson(config)),
  );
  const flags = ["--package-lock-only", "--no-audit", "--no-fund"];
  await runProgram("npm", ["install", ...flags], folder);
  return { folder, config };
}
