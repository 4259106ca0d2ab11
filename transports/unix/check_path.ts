import { encodeSockaddrUn } from "../libc/sockaddr_un.ts";

/**
 * Checks a path on Linux, since the error of Deno doesn't name it. On other systems
 * the limit is another one, and is left to Deno.
 *
 * @throws {TypeError} If no socket can have it.
 */
export function checkUnixPath(path: string): void {
  if (Deno.build.os === "linux") encodeSockaddrUn(path);
}
