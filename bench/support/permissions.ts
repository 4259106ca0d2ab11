import type { TransportName } from "./shape.ts";

/** The `deno bench` flags that the benches of a transport still need. */
export function missingFlags(transport: TransportName): string[] {
  const names = ["run", "net"] as const;
  const files = ["read", "write"] as const;
  const needed = transport === "tcp"
    ? names
    : transport === "unix"
    ? [...names, ...files]
    : [...names, ...files, "ffi"] as const;
  return needed
    .filter((name) => Deno.permissions.querySync({ name }).state !== "granted")
    .map((name) => `--allow-${name}`);
}
