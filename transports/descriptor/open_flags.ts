import {
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NOCTTY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "../libc/constants.ts";

/**
 * How to open a file: the flags of `fopen` and Node (with `"x"` the file must not
 * exist yet), or the options of `Deno.open`.
 */
export type FileDescriptorFlags =
  | "r"
  | "r+"
  | "w"
  | "wx"
  | "w+"
  | "wx+"
  | "a"
  | "ax"
  | "a+"
  | "ax+"
  | Deno.OpenOptions;

/** The same as flags of the C library and as permissions. */
export interface ResolvedFlags {
  readonly read: boolean;
  readonly write: boolean;
  readonly flags: number;
  readonly mode: number;
}

const READ = { read: true };
const WRITE = { write: true, create: true };
const APPEND = { append: true, create: true };

const BY_NAME: Readonly<Record<string, Deno.OpenOptions>> = {
  "r": READ,
  "r+": { read: true, write: true },
  "w": { ...WRITE, truncate: true },
  "wx": { ...WRITE, createNew: true },
  "w+": { ...READ, ...WRITE, truncate: true },
  "wx+": { ...READ, ...WRITE, createNew: true },
  "a": APPEND,
  "ax": { ...APPEND, createNew: true },
  "a+": { ...READ, ...APPEND },
  "ax+": { ...READ, ...APPEND, createNew: true },
};

/** @throws {TypeError} if they are unknown or contradict each other */
export function resolveFlags(input: FileDescriptorFlags): ResolvedFlags {
  const options = typeof input === "string" ? BY_NAME[input] : input;
  if (options === undefined || options === null) {
    const names = Object.keys(BY_NAME).join(", ");
    throw new TypeError(
      `The flags must be one of ${names}, or options of Deno.open, got ${
        JSON.stringify(input)
      }`,
    );
  }
  const { read = false, append = false, truncate = false } = options;
  const createNew = options.createNew ?? false;
  const create = createNew || (options.create ?? false);
  const write = append || (options.write ?? false);
  if (!read && !write) {
    throw new TypeError("One of read, write and append must be true");
  }
  if (create && !write) {
    throw new TypeError("create and createNew need write or append");
  }
  if (truncate && (!write || append)) {
    throw new TypeError("truncate needs write, without append");
  }
  const mode = options.mode ?? 0o666;
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) {
    throw new RangeError(`mode must be from 0 to 0o7777, got ${mode}`);
  }
  let flags = O_CLOEXEC | O_NOCTTY;
  if (write) flags |= read ? O_RDWR : O_WRONLY;
  if (append) flags |= O_APPEND;
  if (truncate) flags |= O_TRUNC;
  if (create) flags |= O_CREAT;
  if (createNew) flags |= O_EXCL;
  return { read, write, flags, mode };
}
