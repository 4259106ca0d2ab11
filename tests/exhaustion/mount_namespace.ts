import { QUIET } from "../support/quiet.ts";

/** Runs a command whose mounts nobody else sees, and which go with it. */
export async function mountNamespace(
  command: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const asRoot = Deno.uid() === 0 ? [] : ["--map-root-user"];
  const { code, stdout, stderr } = await new Deno.Command("unshare", {
    args: [...asRoot, "--mount", ...command],
    env: QUIET,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** Why there are none; null if a file system can be mounted. */
export async function whyNoMounts(): Promise<string | null> {
  const mount = ["mount", "-t", "tmpfs", "none", "/tmp"];
  try {
    const { code } = await mountNamespace(mount);
    return code === 0 ? null : "a kernel that gives mount namespaces";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "unshare";
    throw error;
  }
}
