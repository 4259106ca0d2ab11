/**
 * The environment of programs that count their descriptors: Deno looks for a newer
 * version of itself once a day, and opens and closes sockets for it at any time.
 */
export const QUIET = { DENO_NO_UPDATE_CHECK: "1" } as const;
