import { holdLibc } from "./suite/held_libc.ts";
import { PERMISSIONS, testUnless } from "./permissions.ts";
import { Scene } from "./scene.ts";
import { ALL_TRANSPORTS } from "./suite/long.ts";
import type { TransportUnderTest } from "./transport_under_test.ts";
import { TRANSPORTS } from "./transports.ts";

/** A test of the suite. */
export type SceneTest = (scene: Scene) => void | Promise<void>;

/**
 * Registers a test for each transport of those that `where` takes in
 * `deno task test:long`; else for those whose turn it is, which depends on the name. If
 * none of them has all tests, it is about the rest, and runs over each.
 */
export function conformance(
  name: string,
  fn: SceneTest,
  where: (transport: TransportUnderTest) => boolean = () => true,
): void {
  const all = TRANSPORTS.filter(where);
  const isWhole = ALL_TRANSPORTS ||
    !all.some(({ everyNthTest }) => everyNthTest === 1);
  registerFor(isWhole ? all : inTurn(all, sumOf(name)), name, fn);
}

/** Those whose turn it is. Of those with the same share, each has other turns. */
function inTurn(
  all: readonly TransportUnderTest[],
  turn: number,
): TransportUnderTest[] {
  const counts = new Map<number, number>();
  return all.filter(({ everyNthTest: n }) => {
    const i = counts.get(n) ?? 0;
    counts.set(n, i + 1);
    return (i + turn) % n === 0;
  });
}

/** A number that differs from name to name, and is the same in each run. */
function sumOf(name: string): number {
  return new TextEncoder().encode(name).reduce((sum, byte) => sum + byte, 0);
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
    const missing = whatIsMissing(transport);
    if (missing === null) prepare(transport);
    const title = `${transport.name}: ${name}`;
    testUnless(missing, title, () => Scene.run(transport, fn));
  }
}

/** What a transport needs and is missing; null if nothing is. */
function whatIsMissing(
  { permission, missing = null }: TransportUnderTest,
): string | null {
  if (permission === null) return missing;
  const { granted, flag } = PERMISSIONS[permission];
  return granted ? missing : flag;
}

/** Outside of the tests, as each of them has to give back what it makes. */
function prepare(transport: TransportUnderTest): void {
  const { permission, before, after } = transport;
  if (permission === "ffi") holdLibc();
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
