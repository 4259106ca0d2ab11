/**
 * The path of a file.
 *
 * @throws {TypeError} if it is empty, no file URL, or has a zero byte in it
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
 * The path without its `..`, as Deno takes them out before it asks and before it
 * opens: the kernel's way, behind a link, leads somewhere else.
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
 * Asks for access to a path, as Deno.open does: FFI goes round Deno's permissions.
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
