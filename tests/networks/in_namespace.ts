import { PERMISSIONS } from "../support/permissions.ts";
import { QUIET } from "../support/quiet.ts";

/** `unshare`, with the rights of root in a namespace of its own for anyone who isn't. */
function unshare(): string[] {
  return Deno.uid() === 0 ? ["--net"] : ["--map-root-user", "--net"];
}

/** A program of this folder in a network namespace of its own, which goes with it. */
export function inNamespace(
  script: string,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "stdout">,
): Deno.ChildProcess {
  const path = new URL(script, import.meta.url).pathname;
  return new Deno.Command("unshare", {
    args: [
      ...unshare(),
      ...[Deno.execPath(), "run", "--quiet", "--no-check", "-A", path],
      ...args,
    ],
    env: QUIET,
    stdin: "null",
    ...options,
  }).spawn();
}

/** Why there can't be one with a TUN device; null if there can. */
export async function whyNoNetwork(): Promise<string | null> {
  if (!PERMISSIONS.all.granted) return PERMISSIONS.all.flag;
  const device = ["ip", "tuntap", "add", "dev", "rpc0", "mode", "tun"];
  try {
    const { success } = await new Deno.Command("unshare", {
      args: [...unshare(), ...device],
      stdout: "null",
      stderr: "null",
    }).output();
    return success ? null : "a kernel that gives network namespaces and TUN";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "unshare";
    throw error;
  }
}
