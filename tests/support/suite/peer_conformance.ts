/** The suite for what is above the transports. */
import { registerFor, type SceneTest } from "../conformance.ts";
import { ALL_TRANSPORTS } from "./long.ts";
import type { TransportUnderTest } from "../transport_under_test.ts";
import { TRANSPORTS } from "../transports.ts";

export { authorizesLater, listens } from "../conformance.ts";

/**
 * Registers a test for one transport of each kind among those that `where` takes, and
 * for all of them in `deno task test:long`.
 */
export function conformance(
  name: string,
  fn: SceneTest,
  where: (transport: TransportUnderTest) => boolean = () => true,
): void {
  const all = TRANSPORTS.filter(where);
  const few = all.filter((transport) => transport.standsForOthers);
  // Where none of them fits, the test is about others.
  const isWhole = ALL_TRANSPORTS || few.length === 0;
  registerFor(isWhole ? all : few, name, fn);
}
