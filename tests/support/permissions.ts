import { holdLibc } from "./suite/held_libc.ts";
/**
 * What the tests may do. A plain `deno test` runs what needs no permission; the
 * rest is ignored, and its name says which flag brings it.
 */
function granted(...names: Deno.PermissionName[]): boolean {
  return names.every((name) =>
    Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state ===
      "granted"
  );
}

/** Permissions that a test can ask for, with the flags that bring them. */
export const PERMISSIONS = {
  net: { flag: "--allow-net", granted: granted("net") },
  /** npm:ws reads two variables of the environment. */
  webSocket: {
    flag: "--allow-net --allow-env",
    granted: granted("net", "env"),
  },
  unix: {
    flag: "--allow-net --allow-read --allow-write",
    granted: granted("net", "read", "write") && Deno.build.os !== "windows",
  },
  read: { flag: "--allow-read", granted: granted("read") },
  run: {
    flag: "--allow-run --allow-read --allow-env",
    granted: granted("run", "read", "env"),
  },
  /** Credentials and descriptors: libc through FFI, on Linux. */
  ffi: {
    flag: "--allow-all, on Linux",
    granted: granted("ffi", "net", "read", "write", "sys") &&
      Deno.build.os === "linux",
  },
  /** What only `--allow-all` gives, such as /proc. */
  all: {
    flag: "--allow-all, on Linux",
    granted: granted("ffi", "net", "read", "write", "run", "env", "sys") &&
      Deno.build.os === "linux",
  },
} as const;

/** The name of a permission. */
export type Permission = keyof typeof PERMISSIONS;

/** Registers a test that is ignored where its permission is missing. */
export function testWith(
  permission: Permission,
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
  options: { permissions?: Deno.PermissionOptionsObject } = {},
): void {
  const { flag, granted } = PERMISSIONS[permission];
  if (granted && (permission === "ffi" || permission === "all")) holdLibc();
  testUnless(granted ? null : flag, name, fn, options);
}

/**
 * Registers a test; where something is missing, it is ignored, and its name says what it
 * needs. `deno task test` adds these up at its end.
 */
export function testUnless(
  missing: string | null,
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
  options: { permissions?: Deno.PermissionOptionsObject } = {},
): void {
  if (missing === null) Deno.test({ ...options, name, fn });
  else Deno.test({ name: `${name} [needs ${missing}]`, ignore: true, fn });
}
