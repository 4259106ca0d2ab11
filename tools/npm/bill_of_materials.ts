/**
 * `deno task sbom`: writes what the npm package consists of, to
 * `npm/fizyr-rpc-VERSION.cdx.json` (CycloneDX). Takes npm.
 *
 * @module
 */
import { lockDependencies } from "./locked_dependencies.ts";

const { folder, config: { version } } = await lockDependencies();
const { success, stdout, stderr } = await new Deno.Command("npm", {
  args: ["sbom", "--package-lock-only", "--sbom-format=cyclonedx"],
  cwd: folder,
  stdin: "null",
}).output();
if (!success) throw new Error(new TextDecoder().decode(stderr));
const path = new URL(
  `../../npm/fizyr-rpc-${version}.cdx.json`,
  import.meta.url,
).pathname;
await Deno.writeFile(path, stdout);
const { components } = JSON.parse(new TextDecoder().decode(stdout));
console.log(`${path}: ${components.length} packages`);
