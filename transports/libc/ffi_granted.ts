/**
 * Whether the C library may be used: on Linux (x86-64 or arm64), with
 * `--allow-ffi` granted without a scope. Never prompts.
 */
export function ffiGranted(): boolean {
  const { os, arch } = Deno.build;
  return os === "linux" && (arch === "x86_64" || arch === "aarch64") &&
    Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}
