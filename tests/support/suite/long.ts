/**
 * What `deno task test` leaves to `deno task test:long`. The variables of the
 * environment are read where that is allowed.
 */
function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env" });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** Whether the long forms of the tests run: `deno task test:long` sets LONG=1. */
export const LONG: boolean = variable("LONG") === "1";

/** Whether every test of the suite runs over every transport; `TRANSPORTS=all` asks for that alone. */
export const ALL_TRANSPORTS: boolean = LONG || variable("TRANSPORTS") === "all";

/** A count or a size: what `deno task test` uses, or what `deno task test:long` does. */
export function sized(usual: number, long: number): number {
  return LONG ? long : usual;
}
