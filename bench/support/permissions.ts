import { hasPath, needsFfi, type TransportName } from "./shape.ts";

/** The `deno bench` flags that the benches of a transport still need. */
export function missingFlags(transport: TransportName): string[] {
  const files = hasPath(transport) ? ["read", "write"] as const : [];
  const ffi = needsFfi(transport) ? ["ffi"] as const : [];
  return (["run", "net", ...files, ...ffi] as const)
    .filter((name) => Deno.permissions.querySync({ name }).state !== "granted")
    .map((name) => `--allow-${name}`);
}
