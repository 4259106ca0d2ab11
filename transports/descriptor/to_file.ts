import { F_GETFL, O_ACCMODE, O_APPEND, O_WRONLY } from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";

/** Opens the file of a descriptor once more, with the same access. */
export async function toFile(libc: Libc, fd: number): Promise<Deno.FsFile> {
  const flags = libc.symbols.fcntl(fd, F_GETFL, 0);
  const access = flags & O_ACCMODE;
  const write = access !== 0;
  try {
    return await Deno.open(`/proc/self/fd/${fd}`, {
      read: access !== O_WRONLY,
      write,
      append: write && (flags & O_APPEND) !== 0,
    });
  } catch (cause) {
    throw explained(cause);
  }
}

function explained(cause: unknown): unknown {
  if (cause instanceof Deno.errors.NotCapable) {
    return new Deno.errors.NotCapable(
      "toFile opens /proc/self/fd, which Deno gives only to --allow-all: run again with it, or use read and write, which --allow-ffi is enough for",
      { cause },
    );
  }
  // Deno has neither a class nor a code for ENXIO.
  if (cause instanceof Error && cause.message.includes("(os error 6)")) {
    return new Deno.errors.NotSupported(
      "Only a file, a pipe or a device can be opened once more, not a socket or an eventfd",
      { cause },
    );
  }
  return cause;
}
