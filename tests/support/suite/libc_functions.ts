import { PERMISSIONS } from "../permissions.ts";

/**
 * Functions of the C library for the tests of a module, for the program's whole life: to
 * open it takes 3 to 5 ms, in which they are looked up. Without FFI there are none, and
 * the tests that call them are ignored.
 */
export function libcFunctions<const S extends Deno.ForeignLibraryInterface>(
  symbols: S,
): Deno.StaticForeignLibraryInterface<S> {
  if (!PERMISSIONS.ffi.granted) {
    return {} as Deno.StaticForeignLibraryInterface<S>;
  }
  return Deno.dlopen("libc.so.6", symbols).symbols;
}
