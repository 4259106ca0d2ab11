import { testWith } from "./permissions.ts";
import { Scene } from "./scene.ts";
import type { TransportUnderTest } from "./transport_under_test.ts";
import { TRANSPORTS } from "./transports.ts";

/** A test of the suite. */
export type SceneTest = (scene: Scene) => void | Promise<void>;

/** Registers a test for each transport that `where` takes. */
export function conformance(
  name: string,
  fn: SceneTest,
  where: (transport: TransportUnderTest) => boolean = () => true,
): void {
  registerFor(TRANSPORTS.filter(where), name, fn);
}

/** Whose `before` and `after` are registered already. */
const prepared = new Set<TransportUnderTest>();

/** Registers a test for each of the transports. */
export function registerFor(
  transports: readonly TransportUnderTest[],
  name: string,
  fn: SceneTest,
): void {
  for (const transport of transports) {
    prepare(transport);
    const title = `${transport.name}: ${name}`;
    const run = (): Promise<void> => Scene.run(transport, fn);
    if (transport.permission === null) Deno.test(title, run);
    else testWith(transport.permission, title, run);
  }
}

/** Outside of the tests, as each of them has to give back what it makes. */
function prepare(transport: TransportUnderTest): void {
  const { before, after } = transport;
  if (before === undefined || prepared.has(transport)) return;
  prepared.add(transport);
  Deno.test.beforeAll(before);
  if (after !== undefined) Deno.test.afterAll(after);
}

/** Takes the transports that can listen. */
export function listens(transport: TransportUnderTest): boolean {
  return transport.listen !== null;
}

/** Takes the transports that can listen, and connect before `authorize` of the server has decided. */
export function authorizesLater(transport: TransportUnderTest): boolean {
  return listens(transport) && !transport.authorizesFirst;
}
