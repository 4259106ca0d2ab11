import { plainPath, requirePath } from "../descriptor/path_permission.ts";

/**
 * Asks for the permissions for the path of a socket, which FFI bypasses. An abstract
 * name has no file.
 *
 * @throws {Deno.errors.NotCapable} Without the permissions.
 */
export function requireSocketPath(path: string): string {
  if (path.startsWith("\0")) return path;
  const plain = plainPath(path);
  requirePath(plain, { read: true, write: true });
  return plain;
}
