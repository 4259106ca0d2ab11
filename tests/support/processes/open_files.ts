/** What is open, without what the reactor waits with, which comes and goes by itself. */
export function openFiles(): string[] {
  return [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`);
    } catch (error) {
      // The one that read the directory.
      if (error instanceof Deno.errors.NotFound) return "anon_inode:";
      throw error;
    }
  }).filter((name) => !name.startsWith("anon_inode:"));
}
