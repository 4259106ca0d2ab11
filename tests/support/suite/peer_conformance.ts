/** The suite for what is above the transports. */
import { registerFor, type SceneTest, sumOf } from "../conformance.ts";
import { ALL_TRANSPORTS } from "./long.ts";
import type { TransportUnderTest } from "../transport_under_test.ts";
import { TRANSPORTS } from "../transports.ts";

export { authorizesLater, listens } from "../conformance.ts";

/**
 * Registers a test for one transport of each kind among those that `where` takes, and
 * for all of them in `deno task test:long`. The sockets on the reactor have a quarter of
 * the tests each, which depends on the name.
 */
export function conformance(
  name: string,
  fn: SceneTest,
  where: (transport: TransportUnderTest) => boolean = () => true,
): void {
  const all = TRANSPORTS.filter(where);
  const turn = sumOf(name);
  const few = all.filter(({ standsForOthers, standsByTurns }, i) =>
    standsForOthers || standsByTurns && (i + turn) % 4 === 0
  );
  // Where none of a kind fits, the test is about others.
  const isWhole = ALL_TRANSPORTS ||
    !all.some(({ standsForOthers }) => standsForOthers);
  registerFor(isWhole ? all : few, name, fn);
}
