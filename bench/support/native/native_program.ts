const folder = new URL("../../native/", import.meta.url).pathname;
const target = `${folder}target`;

/** The program in `native/`, or why there is none. */
export type NativeProgram =
  | { readonly path: string }
  | { readonly missing: string };

/**
 * Builds the program that plays server and client with the native crate.
 *
 * @throws {Error} If everything that it needs is there, but it doesn't compile.
 */
export async function buildNative(): Promise<NativeProgram> {
  // If the crates were fetched before, no network is needed.
  const fetched = await cargo(["fetch"]);
  if (fetched === null) return { missing: "there is no cargo" };
  if (!fetched.success) {
    return { missing: `cargo can't fetch the crate: ${fetched.reason}` };
  }
  const built = await cargo(
    ["build", "--release", "--offline", "--target-dir", target],
  );
  if (!built?.success) throw new Error("bench/native doesn't compile");
  return { path: `${target}/release/native-bench` };
}

async function cargo(
  args: readonly string[],
): Promise<{ success: boolean; reason: string } | null> {
  const manifest = `${folder}Cargo.toml`;
  try {
    const { success, stderr } = await new Deno.Command("cargo", {
      args: [...args, "--quiet", "--locked", "--manifest-path", manifest],
      stderr: "piped",
    }).output();
    const text = new TextDecoder().decode(stderr).trim();
    return { success, reason: /^error: (.*)$/m.exec(text)?.[1] ?? text };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
