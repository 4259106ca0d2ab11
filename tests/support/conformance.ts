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

/** Registers a test for each of the transports. */
export function registerFor(
  transports: readonly TransportUnderTest[],
  name: string,
  fn: SceneTest,
): void {
  for (const transport of transports) {
    const title = `${transport.name}: ${name}`;
    const run = (): Promise<void> => Scene.run(transport, fn);
    if (transport.permission === null) Deno.test(title, run);
    else testWith(transport.permission, title, run);
  }
}

/** Takes the transports that can listen. */
export function listens(transport: TransportUnderTest): boolean {
  return transport.listen !== null;
}

/** Takes the transports that can listen, and connect before `authorize` of the server has decided. */
export function authorizesLater(transport: TransportUnderTest): boolean {
  return listens(transport) && !transport.authorizesFirst;
}
