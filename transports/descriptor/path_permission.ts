/**
 * The path of a file.
 *
 * @throws {TypeError} if it is empty, a URL of another scheme, or has a zero byte
 * in it
 */
export function toPath(path: string | URL): string {
  const name = path instanceof URL ? fromUrl(path) : path;
  if (typeof name !== "string" || name === "" || name.includes("\0")) {
    throw new TypeError(
      `A path must be a string, not empty and without zero bytes, got ${
        JSON.stringify(name)
      }`,
    );
  }
  return name;
}

/**
 * The path with its `..` resolved as text. Deno does that before it checks
 * permissions and opens a file; the kernel would follow links first, and could
 * reach another file.
 */
export function plainPath(path: string): string {
  if (!path.split("/").includes("..")) return path;
  const parts: string[] = [];
  const absolute = path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
  for (const part of absolute.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/**
 * Asks for access to a path, as Deno.open does, since FFI bypasses Deno's
 * permissions.
 *
 * @throws {Deno.errors.NotCapable} if it isn't granted
 */
export function requirePath(
  path: string,
  access: { readonly read: boolean; readonly write: boolean },
): void {
  for (const name of ["read", "write"] as const) {
    if (!access[name]) continue;
    const { state } = Deno.permissions.requestSync({ name, path });
    if (state === "granted") continue;
    throw new Deno.errors.NotCapable(
      `Opening ${path} needs ${name} access: run again with the --allow-${name} flag`,
    );
  }
}

function fromUrl(url: URL): string {
  if (url.protocol !== "file:") {
    throw new TypeError(`A URL of a file must begin with file:, got ${url}`);
  }
  return decodeURIComponent(
    url.pathname.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"),
  );
}
