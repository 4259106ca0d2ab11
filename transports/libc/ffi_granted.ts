import { deno } from "../../internal/runtime/deno.ts";
import { NotSupported } from "../../internal/runtime/errors.ts";

/**
 * Whether the structs of a system's C library are known here.
 *
 * @param build The system. Default: this one; null outside of Deno.
 */
export function supported(
  build: { readonly os: string; readonly arch: string } | null = thisBuild(),
): boolean {
  if (build === null) return false;
  const { os, arch } = build;
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
  requireSystem(what);
  if (Deno.permissions.requestSync({ name: "ffi" }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `${what} is reached through the system's C library: run again with the --allow-ffi flag, without a scope`,
  );
}

/**
 * Refuses what can't be reached on this system, before anything is asked for.
 *
 * @param what What needs the C library.
 * @throws {Deno.errors.NotSupported} On another system, and outside of Deno.
 */
export function requireSystem(what: string): void {
  if (supported()) return;
  const build = thisBuild();
  throw new NotSupported(
    build === null
      ? `${what} needs Deno, whose FFI reaches the system's C library`
      : `${what} needs Linux on x86-64 or arm64, and this is ${build.os} on ${build.arch}`,
  );
}

/** The system that Deno runs on; null outside of Deno. */
function thisBuild(): typeof Deno.build | null {
  return deno === undefined ? null : Deno.build;
}
