import type { Libc } from "../libc/libc.ts";
import { toNetAddr } from "./internet_address.ts";
import type { SockAddr } from "./resolve_host.ts";

/**
 * Asks for the permission for a host and port, as Deno.connect and Deno.listen do,
 * since FFI bypasses Deno's permissions.
 *
 * @throws {Deno.errors.NotCapable} If it isn't granted.
 */
export function requireNet(hostname: string, port: number): void {
  const host = format(hostname, port);
  const { state } = Deno.permissions.requestSync({ name: "net", host });
  if (state !== "granted") throw notCapable(host);
}

/**
 * Refuses what a name was resolved to, if the address is denied. As in Deno, a name
 * that is allowed may lead to any other address.
 *
 * @throws {Deno.errors.NotCapable} If one of them is denied.
 */
export function refuseDenied(libc: Libc, addresses: readonly SockAddr[]): void {
  for (const address of addresses) {
    const { hostname, port } = toNetAddr(libc, address)!;
    const host = format(hostname, port);
    const { state } = Deno.permissions.querySync({ name: "net", host });
    if (state === "denied") throw notCapable(host);
  }
}

function format(hostname: string, port: number): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/** The error of Deno's own calls. */
function notCapable(host: string): Error {
  return new Deno.errors.NotCapable(
    `Requires net access to "${host}", run again with the --allow-net flag`,
  );
}
