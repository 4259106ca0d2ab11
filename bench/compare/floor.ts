/** Compiles `floor.c`; null if there is no C compiler. */
export async function buildFloor(output: string): Promise<string | null> {
  const source = new URL("floor.c", import.meta.url).pathname;
  try {
    const { success, stderr } = await new Deno.Command("cc", {
      args: ["-O2", "-o", output, source],
      stderr: "piped",
    }).output();
    if (success) return output;
    throw new Error(new TextDecoder().decode(stderr));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
