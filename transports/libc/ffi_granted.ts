/**
 * Whether the structs of a system's C library are known here.
 *
 * @param build The system. Default: this one.
 */
export function supported(
  { os, arch }: { readonly os: string; readonly arch: string } = Deno.build,
): boolean {
  return os === "linux" && (arch === "x86_64" || arch === "aarch64");
}

/**
 * Whether the C library may be used: on Linux (x86-64 or arm64), with
 * `--allow-ffi` granted without a scope. Never prompts.
 */
export function ffiGranted(): boolean {
  return supported() &&
    Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}

/**
 * Asks for the permission to use the C library.
 *
 * @param what What needs it, such as "A Unix seqpacket socket".
 * @throws {Deno.errors.NotSupported} On another system.
 * @throws {Deno.errors.NotCapable} Without `--allow-ffi`, unscoped.
 */
export function requireFfi(what: string): void {
  if (!supported()) {
    throw new Deno.errors.NotSupported(
      `${what} needs Linux on x86-64 or arm64, and this is ${Deno.build.os} on ${Deno.build.arch}`,
    );
  }
  if (Deno.permissions.requestSync({ name: "ffi" }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `${what} is reached through the system's C library: run again with the --allow-ffi flag, without a scope`,
  );
}
