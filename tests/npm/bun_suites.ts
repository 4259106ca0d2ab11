/** The suite of all transports in Bun: see `node_suites.ts`. */
import { registerSuites } from "./support/register_suites.ts";

registerSuites(["Bun"], "Bun");
