import { isLinux } from "../../internal/runtime/deno.ts";
import { encodeSockaddrUn } from "../libc/sockaddr_un.ts";

/**
 * Checks a path on Linux, since the error of Deno doesn't name it. Other systems
 * have other limits, which Deno checks.
 *
 * @throws {TypeError} If no socket can have this path.
 */
export function checkUnixPath(path: string): void {
  if (isLinux) encodeSockaddrUn(path);
}
