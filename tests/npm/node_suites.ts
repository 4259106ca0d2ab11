/**
 * The suite of all transports in Node.
 *
 * The suite is bundled with the sources of the library, as its tests reach into what the
 * package doesn't export. That the package itself runs is tested in `package.ts`.
 */
import { RUNTIME_NAMES } from "./support/npm_project.ts";
import { registerSuites } from "./support/register_suites.ts";

// The oldest one stands for the others.
registerSuites(RUNTIME_NAMES.filter((name) => name !== "Bun"), "Node 22");
