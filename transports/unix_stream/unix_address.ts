import type { UnixAddr } from "../sockets/conn.ts";

/**
 * Where to connect or listen: `"unix:PATH"`, the path taken as it stands
 * (`unix:///run/x` is `/run/x`; relative ones are allowed; nothing is decoded),
 * or an object.
 */
export type UnixStreamAddress =
  | `unix:${string}`
  | {
    readonly transport: "unix";
    readonly path: string;
  };

/** The address of a Unix stream listener, as Deno's; it can be connected to as it is. */
export interface UnixStreamAddr extends UnixAddr {
  /** The transport. */
  transport: "unix";
}

/**
 * Gives the path of an address; a string without `unix:` is the path itself.
 *
 * @throws {TypeError} If the path is empty.
 */
export function unixPath(address: string | UnixStreamAddress): string {
  const path = typeof address === "string"
    ? address.replace(/^unix:(?:\/\/(?=\/))?/, "")
    : address.path;
  if (typeof path === "string" && path !== "") return path;
  throw new TypeError(
    `A Unix address must look like "unix:PATH", got ${JSON.stringify(address)}`,
  );
}
