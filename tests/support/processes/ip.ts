/** Runs `ip`; false if it fails, or isn't there. */
export async function ip(...args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("ip", {
      args,
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
