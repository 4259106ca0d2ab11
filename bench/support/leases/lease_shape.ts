/** The sizes of the frames, in bytes; the first one goes without a lease, to compare. */
export const SIZES: readonly number[] = [
  32,
  64 * 1024,
  1024 * 1024,
  64 * 1024 * 1024,
  256 * 1024 * 1024,
];

/** The stream of the frames, and that of the times at which they were seen. */
export const stream = { FRAME: 1, SEEN: 2 } as const;
